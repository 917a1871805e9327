//! Percent-encoding (RFC 3986, section 2.1), done once and never again.

/// Appends `text` with everything but RFC 3986's unreserved characters percent-encoded.
pub(crate) fn encode(text: &str, out: &mut String) {
    escape(text, |kind| kind == Kind::Unreserved, |_| false, out);
}

/// Appends `text` keeping reserved characters and percent-encoded triplets too.
pub(crate) fn encode_reserved(text: &str, out: &mut String) {
    let is_triplet =
        |text: &[u8]| matches!(text, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    escape(text, |kind| kind != Kind::Other, is_triplet, out);
}

/// `name=value&…`, the values percent-encoded, the names as they are.
pub(crate) fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        encode(value, &mut query);
    }
    query
}

/// The text that was percent-encoded; a `%` that begins no triplet stands for itself. `None` for what is not UTF-8.
#[cfg(feature = "aws-lc-rs")]
pub(crate) fn decode(text: &str) -> Option<String> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut rest, mut bytes) = (text.as_bytes(), Vec::with_capacity(text.len()));
    while let [first, after @ ..] = rest {
        let triplet = match rest {
            [b'%', high, low, after @ ..] => digit(*high).zip(digit(*low)).map(|(high, low)| (high << 4 | low, after)),
            _ => None,
        };
        let (byte, after) = triplet.unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

/// What RFC 3986 calls a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unreserved,
    Reserved,
    Other,
}

static KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0;
    while byte < u8::MAX {
        kinds[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => Kind::Unreserved,
            b'!' | b'#' | b'$' | b'&'..=b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' | b'[' | b']' => Kind::Reserved,
            _ => Kind::Other,
        };
        byte += 1;
    }
    kinds
};

/// Appends `text`, run by run of what is kept: by its kind, or because of what begins there. Only ASCII may be kept.
fn escape(text: &str, is_kept: impl Fn(Kind) -> bool, begins: impl Fn(&[u8]) -> bool, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = text.as_bytes();
    let (mut start, mut next) = (0, 0);
    while let Some(run) = bytes[next..].iter().position(|byte| !is_kept(KINDS[usize::from(*byte)])) {
        let at = next + run;
        next = at + 1;
        if begins(&bytes[at..]) {
            continue;
        }
        if start < at {
            // Whole characters, because they are ASCII; between the bytes of another one there is nothing to append.
            out.push_str(&text[start..at]);
        }
        let byte = usize::from(bytes[at]);
        out.extend(['%', char::from(HEX[byte >> 4]), char::from(HEX[byte & 15])]);
        start = next;
    }
    out.push_str(&text[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept() {
        let text = "aZ09-._~/?#[]@!$&'()*+,;=%2f% \"é";
        let (mut strict, mut reserved) = (String::new(), String::new());
        encode(text, &mut strict);
        encode_reserved(text, &mut reserved);
        assert_eq!(strict, "aZ09-._~%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%252f%25%20%22%C3%A9");
        assert_eq!(reserved, "aZ09-._~/?#[]@!$&'()*+,;=%2f%25%20%22%C3%A9");
    }

    #[cfg(feature = "aws-lc-rs")]
    #[test]
    fn what_was_encoded_is_read_again() {
        let text = "aZ09-._~/?#[]@!$&'()*+,;=%2f% \"é张\u{10ffff}";
        let mut encoded = String::new();
        encode(text, &mut encoded);
        assert_eq!(decode(&encoded).as_deref(), Some(text));
        for (text, expected) in
            [("%E5%bc%A0+%", Some("张+%")), ("%zz%2", Some("%zz%2")), ("%ff", None), ("%E5%BC", None)]
        {
            assert_eq!(decode(text).as_deref(), expected, "{text}");
        }
    }
}
