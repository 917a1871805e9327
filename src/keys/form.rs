//! What the bytes of a file or a text are: every form in which people have keys and certificates, told by its content.

use zeroize::Zeroizing;

use crate::crypto::der::{self, Kind};
use crate::crypto::{base64, pem};

/// How often one form may be wrapped in another.
const DEEPEST: u8 = 3;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One of the standard encodings, whatever the label says.
    Der(Kind),
    /// A private key encrypted as OpenSSL did before PKCS#8 (`Proc-Type: 4,ENCRYPTED`).
    OldEncrypted,
    /// OpenSSH's own format of a private key.
    OpenSshKey {
        rsa: bool,
    },
    /// One line: `ssh-rsa AAAA…`.
    SshPublic {
        rsa: bool,
    },
    /// The other format of a public key of SSH, RFC 4716.
    Ssh2Public {
        rsa: bool,
    },
    Putty,
    Pgp,
    Jwk,
    /// `<RSAKeyValue>`, as .NET writes it.
    Xml,
    JavaKeystore,
    Zip,
    /// The curve or group of a key that stands beside it.
    Parameters,
    /// A PEM block whose base64 is none, or of nothing known.
    Damaged,
    /// The last line of a PEM block without its first.
    Headless,
    /// A URL-like form of the PHP library, without base64 of anything known.
    NotBase64,
    /// Binary that went through a text and is lost.
    BinaryAsText,
    Empty,
    /// Nothing of this kind.
    Unknown,
}

/// A piece of what was given, with the label of its PEM block.
pub(crate) struct Piece {
    pub(crate) label: Option<String>,
    pub(crate) form: Form,
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// What the bytes hold, in order; one piece at least.
pub(crate) fn recognise(bytes: &[u8]) -> Vec<Piece> {
    within(bytes, DEEPEST)
}

fn within(bytes: &[u8], depth: u8) -> Vec<Piece> {
    if let Some(text) = from_utf16(bytes) {
        return within(&text, depth);
    }
    if let Some(piece) = binary(bytes) {
        return vec![piece];
    }
    let blocks = pem::blocks(bytes);
    if !blocks.is_empty() {
        return blocks.into_iter().flat_map(|block| of_block(block, depth)).collect();
    }
    let unknown = if php_form(bytes).is_some() { Form::NotBase64 } else { Form::Unknown };
    let plain = |form| vec![Piece { label: None, form, der: Zeroizing::default() }];
    match text(bytes) {
        Form::Unknown => match unwrapped(bytes) {
            Some(inner) if depth > 0 => match within(&inner, depth - 1) {
                pieces if pieces[0].form != Form::Unknown && pieces[0].form != Form::Empty => pieces,
                _ => plain(unknown),
            },
            _ => plain(unknown),
        },
        form => plain(form),
    }
}

/// A text of two bytes a character, as editors on Windows save it, in UTF-8.
fn from_utf16(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // Its mark became two signs of a character that is none, if it was read as UTF-8.
    let bytes = match bytes.strip_prefix("\u{fffd}\u{fffd}".as_bytes()) {
        Some(rest @ ([0, 0x20..=0x7F, ..] | [0x20..=0x7F, 0, ..])) => rest,
        _ => bytes,
    };
    let (big, text) = match bytes {
        [0xFE, 0xFF, text @ ..] => (true, text),
        [0xFF, 0xFE, text @ ..] => (false, text),
        // Without a mark it is told by its zeros.
        [0, 0x20..=0x7F, 0, 0x20..=0x7F, ..] => (true, bytes),
        [0x20..=0x7F, 0, 0x20..=0x7F, 0, ..] => (false, bytes),
        _ => return None,
    };
    let unit = |pair: &[u8]| match big {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    };
    let text = char::decode_utf16(text.chunks_exact(2).map(unit)).map(|unit| unit.unwrap_or('\u{fffd}'));
    Some(Zeroizing::new(text.collect::<String>().into_bytes()))
}

/// The piece that a binary file is.
fn binary(bytes: &[u8]) -> Option<Piece> {
    if let Some((kind, own)) = der::kind(bytes) {
        return Some(Piece { label: None, form: Form::Der(kind), der: Zeroizing::new(own.to_vec()) });
    }
    let form = match bytes {
        [0xFE, 0xED, 0xFE, 0xED, ..] | [0xCE, 0xCE, 0xCE, 0xCE, ..] => Form::JavaKeystore,
        [b'P', b'K', 3, 4, ..] => Form::Zip,
        _ if bytes.starts_with(b"openssh-key-v1\0") => {
            Form::OpenSshKey { rsa: has(&bytes[..bytes.len().min(200)], b"ssh-rsa") }
        }
        [0, 0, 0, 7 | 11 | 19, rest @ ..] if rest.starts_with(b"ssh-") || rest.starts_with(b"ecdsa-") => {
            Form::Ssh2Public { rsa: rest.starts_with(b"ssh-rsa") }
        }
        _ => return None,
    };
    Some(Piece { label: None, form, der: Zeroizing::default() })
}

fn of_block(block: pem::Block, depth: u8) -> Vec<Piece> {
    let pem::Block { label, encrypted, der } = block;
    let by_label = match label.as_str() {
        _ if encrypted => Some(Form::OldEncrypted),
        label if label.starts_with("PGP ") => Some(Form::Pgp),
        label if label.ends_with("PARAMETERS") => Some(Form::Parameters),
        _ => None,
    };
    let content = der.filter(|_| by_label.is_none() && depth > 0).map(|der| within(&der, depth - 1));
    match content {
        Some(mut pieces) if pieces[0].form != Form::Unknown => {
            for piece in &mut pieces {
                piece.label = piece.label.take().or_else(|| Some(label.clone()));
            }
            pieces
        }
        _ => {
            let form = by_label.unwrap_or(Form::Damaged);
            vec![Piece { label: Some(label), form, der: Zeroizing::default() }]
        }
    }
}

/// What a text without a PEM block is.
fn text(bytes: &[u8]) -> Form {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word.as_bytes()));
    let lost = |character: &str| text.starts_with(character.as_bytes());
    match () {
        () if text.is_empty() => Form::Empty,
        () if pem::lost_its_beginning(text) => Form::Headless,
        () if begins(&["PuTTY-User-Key-File"]) => Form::Putty,
        () if begins(&["ssh-rsa "]) => Form::SshPublic { rsa: true },
        () if begins(&["ssh-", "ecdsa-sha2-", "sk-ssh-"]) => Form::SshPublic { rsa: false },
        () if text.first() == Some(&b'{') && has(text, b"kty") => Form::Jwk,
        () if has(text, b"<RSAKeyValue") => Form::Xml,
        // What DER, PKCS#12 and a Java keystore begin with, after their other bytes became the sign of a character that is none.
        () if lost("0\u{fffd}") || lost("\u{fffd}\u{fffd}") || lost("PK\u{3}\u{4}") => Form::BinaryAsText,
        () => Form::Unknown,
    }
}

/// The bytes behind a text that is base64 and nothing else.
fn unwrapped(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = pem::unescaped(php_form(bytes).unwrap_or(bytes));
    let start = ["base64,", "base64:"].iter().find_map(|prefix| {
        let at = text.windows(prefix.len()).take(LONGEST_PREFIX).position(|found| found == prefix.as_bytes())?;
        Some(at + prefix.len())
    });
    base64::decode_loosely(&text[start.unwrap_or_default()..])
}

/// The forms of a key that the PHP library writes like a URL; what follows is told by its content.
const SCHEMES: [&str; 4] = ["private.pkcs1://", "private.pkcs8://", "public.pkcs1://", "public.spki://"];

/// What follows the scheme of such a form.
fn php_form(bytes: &[u8]) -> Option<&[u8]> {
    let text = bytes.trim_ascii();
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    SCHEMES.iter().find_map(|scheme| {
        let (start, data) = text.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme.as_bytes()).then_some(data)
    })
}

/// How far in a `data:` URL the word `base64` is looked for.
const LONGEST_PREFIX: usize = 64;

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|found| found == word)
}
