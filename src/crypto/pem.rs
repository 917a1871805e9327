//! PEM blocks, wherever they stand in a text, and as people paste them: with line breaks lost, doubled or written out as `\n`.

use zeroize::Zeroizing;

use crate::crypto::base64;
#[cfg(any(test, feature = "mock", feature = "tls"))]
use crate::error::{Error, Result};

/// Longer than any label; what is longer is prose with dashes in it.
const LONGEST_LABEL: usize = 64;

/// One PEM block.
pub(crate) struct Block {
    pub(crate) label: String,
    /// Its headers say that it is encrypted, as OpenSSL did before PKCS#8.
    pub(crate) encrypted: bool,
    /// `None` if it is not base64.
    pub(crate) der: Option<Zeroizing<Vec<u8>>>,
}

/// All blocks of a text, in order; the text may be of any encoding that has ASCII in it.
pub(crate) fn blocks(text: &[u8]) -> Vec<Block> {
    let markers = markers(text);
    let mut blocks = Vec::new();
    for (at, marker) in markers.iter().enumerate().filter(|(_, marker)| marker.begins) {
        let end = markers.get(at + 1).map_or(text.len(), |next| next.start);
        let body = unescaped(&text[marker.end..end]);
        let (encrypted, data) = without_headers(&body);
        let label = String::from_utf8_lossy(&text[marker.label.clone()]).trim().to_owned();
        blocks.push(Block { label, encrypted, der: base64::decode_loosely(&data) });
    }
    blocks
}

/// Whether a text has the last line of a block and not the first.
pub(crate) fn lost_its_beginning(text: &[u8]) -> bool {
    let markers = markers(text);
    !markers.is_empty() && !markers.iter().any(|marker| marker.begins)
}

/// The first block of a text that this crate wrote itself.
#[cfg(any(test, feature = "mock", feature = "tls"))]
pub(crate) fn decode(text: &str, what: &str) -> Result<(String, Zeroizing<Vec<u8>>)> {
    let block = blocks(text.as_bytes()).into_iter().next();
    let block = block.and_then(|block| Some((block.label, block.der?)));
    block.ok_or_else(|| Error::config(format!("{what}: the PEM text is damaged")))
}

/// The lines of a PEM file with this label around `der`, ended as WeChat Pay's are: some programs know no other.
pub(crate) fn encode(label: &str, der: &[u8]) -> String {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&pem::Pem::new(label, der), config)
}

/// The first or the last line of a block.
struct Marker {
    start: usize,
    end: usize,
    begins: bool,
    label: std::ops::Range<usize>,
}

fn markers(text: &[u8]) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let dashes = dashes(&text[at..]);
        match marker(text, at, dashes) {
            Some(marker) => {
                at = marker.end;
                markers.push(marker);
            }
            None => at += dashes.max(1),
        }
    }
    markers
}

/// `-----BEGIN LABEL-----`, or with END, at `start`, where there are so many bytes of dashes.
fn marker(text: &[u8], start: usize, opening: usize) -> Option<Marker> {
    if opening < 2 {
        return None;
    }
    let blanks = text[start + opening..].iter().take_while(|byte| **byte == b' ').count();
    let word = start + opening + blanks;
    let begins = text[word..].starts_with(b"BEGIN");
    let label = match begins {
        true => word + 5,
        false if text[word..].starts_with(b"END") => word + 3,
        false => return None,
    };
    let window = &text[label..text.len().min(label + LONGEST_LABEL)];
    let line = window.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let length = (0..line.len()).find(|at| dashes(&line[*at..]) > 0)?;
    let closing = dashes(&text[label + length..]);
    Some(Marker { start, end: label + length + closing, begins, label: label..label + length })
}

/// How many bytes of dashes a text starts with; word processors make longer ones of two.
fn dashes(text: &[u8]) -> usize {
    let mut rest = text;
    loop {
        rest = match rest {
            [b'-', rest @ ..] | [0xE2, 0x80, 0x90..=0x95, rest @ ..] | [0xE2, 0x88, 0x92, rest @ ..] => rest,
            _ => return text.len() - rest.len(),
        };
    }
}

/// The text with what configuration systems wrote for other characters (`\n`, `\\n`, `\u000a`, `\/`, `%0A`) undone; base64 has
/// neither `\` nor `%`.
pub(crate) fn unescaped(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'\\' => {
                let run = rest.iter().take_while(|byte| **byte == b'\\').count();
                let (byte, length) = escape(&rest[run..]);
                plain.extend(byte);
                rest = &rest[run + length..];
            }
            b'%' => match rest.get(..2).and_then(hexadecimal) {
                Some(byte) => {
                    plain.push(byte);
                    rest = &rest[2..];
                }
                None => plain.push(b'%'),
            },
            byte => plain.push(*byte),
        }
    }
    plain
}

/// The byte that is meant by what follows a backslash, and how much of it says so.
fn escape(after: &[u8]) -> (Option<u8>, usize) {
    match after {
        [b'n' | b'r' | b't', ..] => (Some(b'\n'), 1),
        [b'u', b'0', b'0', digits @ ..] if digits.get(..2).and_then(hexadecimal).is_some() => {
            (digits.get(..2).and_then(hexadecimal), 5)
        }
        _ => (None, 0),
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)
}

/// The lines behind the headers of RFC 1421, and whether these say that the block is encrypted.
fn without_headers(body: &[u8]) -> (bool, Zeroizing<Vec<u8>>) {
    if !body.contains(&b':') {
        return (false, Zeroizing::new(body.to_vec()));
    }
    let has = |word: &[u8]| body.windows(word.len()).any(|found| found == word);
    let encrypted = has(b"4,ENCRYPTED") || has(b"DEK-Info");
    let lines: Vec<&[u8]> = body.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect();
    let headers = lines.iter().skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or_default();
    let data = match headers.clone().next().is_some_and(|line| line.contains(&b':')) {
        true if first + headers.clone().count() < lines.len() => &lines[first + headers.count()..],
        _ => &lines[..],
    };
    let data = data.iter().filter(|line| !line.contains(&b':')).flat_map(|line| line.iter().copied());
    (encrypted, Zeroizing::new(data.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Option<Vec<u8>>)> {
        blocks(text.as_bytes()).into_iter().map(|block| (block.label, block.der.map(|der| der.to_vec()))).collect()
    }

    #[test]
    fn a_block_is_found_however_its_lines_were_kept() {
        for text in [
            "-----BEGIN X Y-----\nAQID\nBAUG\n-----END X Y-----\n",
            "-----BEGIN X Y-----\r\n\r\nAQID\r\n\r\nBAUG\r\n\r\n-----END X Y-----",
            "-----BEGIN X Y----- AQID BAUG -----END X Y-----",
            "-----BEGIN X Y-----AQIDBAUG-----END X Y-----",
            r"-----BEGIN X Y-----\nAQID\nBAUG\n-----END X Y-----\n",
            r#""-----BEGIN X Y-----\\r\\nAQID\\r\\nBAUG\\r\\n-----END X Y-----""#,
            "-----BEGIN X Y-----\\\nAQID\\\nBAUG\\\n-----END X Y-----",
            "-----BEGIN%20X Y-----%0AAQID%0ABAUG%0A-----END%20X Y-----",
            r"-----BEGIN X Y-----\u000aAQID\u000ABAUG\u000a-----END X Y-----",
            "——BEGIN X Y——\nAQID\nBAUG\n——END X Y——",
            "---- BEGIN X Y ----\nComment: \"a\"\nAQID\nBAUG\n---- END X Y ----",
            "-----BEGIN X Y-----\nA: b\n  continued\n\nAQID\nBAUG\n-----END X Y-----",
            "\u{feff}see -----BEGIN and so on\n  -----BEGIN X Y-----\n  AQID\n  BAUG\n  -----END X Y-----\n-- \nme",
            "-----BEGIN X Y-----\nAQIDBAUG",
        ] {
            let label = if text.contains('%') { "%20X Y" } else { "X Y" };
            assert_eq!(read(text), [(label.to_owned(), Some(vec![1, 2, 3, 4, 5, 6]))], "{text}");
        }
    }

    #[test]
    fn what_is_no_block_or_damaged_is_told_apart() {
        assert!(read("a - b -- c BEGIN -----").is_empty() && read("").is_empty());
        assert_eq!(read("-----BEGIN X-----\n!!\n-----END X-----"), [("X".to_owned(), None)]);
        assert!(lost_its_beginning(b"AQID\n-----END X-----") && !lost_its_beginning(b"AQID"));
        let old = "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID\n-----END X-----";
        assert!(blocks(old.as_bytes())[0].encrypted);
        let lost = old.replace('\n', " ");
        assert!(blocks(lost.as_bytes())[0].encrypted);
    }
}
