//! What a body is that is not what it should be: told by its form, never by what it says, and asked only after a check failed.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::crypto::base64;

/// Whose body it is: what can be done about it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// It came over a connection of this crate.
    Answer,
    /// The application handed it over.
    Notice,
}

/// The outer form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Empty,
    Compressed(&'static str),
    Base64,
    Utf16,
    Page,
    Xml,
    EscapedXml,
    /// Begins as a JSON object or array does.
    Json,
    /// A JSON string, in which the document stands as a text.
    JsonText,
    Form,
    Multipart,
    Binary,
    Other,
}

/// The mark that some editors and libraries put before UTF-8.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

impl Shape {
    pub(crate) fn of(body: &[u8]) -> Self {
        if let Some(name) = compression(body) {
            return Self::Compressed(name);
        }
        if body.starts_with(b"\xff\xfe") || body.starts_with(b"\xfe\xff") || body.contains(&0) && body.len() > 1 {
            return if is_utf16(body) { Self::Utf16 } else { Self::Binary };
        }
        let text = body.strip_prefix(MARK).unwrap_or(body).trim_ascii();
        let starts =
            |start: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()));
        match text {
            [] => Self::Empty,
            _ if starts("<!doctype html") || starts("<html") || starts("<head") || starts("<body") => Self::Page,
            [b'<', ..] => Self::Xml,
            _ if starts("&lt;") => Self::EscapedXml,
            [b'{' | b'[', ..] => Self::Json,
            [b'"', .., b'"'] => Self::JsonText,
            [b'-', b'-', ..] if find(text, b"content-disposition").is_some() => Self::Multipart,
            _ if is_base64(text) => Self::Base64,
            _ if is_form(text) => Self::Form,
            _ if std::str::from_utf8(text).is_err()
                && text.iter().filter(|byte| byte.is_ascii_control()).count() > 2 =>
            {
                Self::Binary
            }
            _ => Self::Other,
        }
    }

    /// What is wrong with it and what to do, where this is no body of either protocol.
    pub(crate) fn tell(self, whose: Whose) -> Option<String> {
        if let Self::Compressed(name) = self {
            return Some(compressed(name, whose));
        }
        let (_, what, notice, answer) = WORDS.into_iter().find(|(shape, ..)| *shape == self)?;
        let remedy = if whose == Whose::Notice { notice } else { answer };
        Some(format!("{what}; {remedy}"))
    }
}

/// A shape, what it is in words, and what is likely and to be done: of a notification, and of an answer.
const WORDS: [(Shape, &str, &str, &str); 9] = [
    (
        Shape::Empty,
        "its body is empty",
        "likely a framework or middleware read it before: take the raw bytes before anything parses them",
        "likely a proxy or layer on the way took it",
    ),
    (
        Shape::Base64,
        "its body is base64",
        "API gateways and serverless platforms hand it over so (isBase64Encoded): decode it first",
        "likely a gateway on the way encoded it: switch that off",
    ),
    (
        Shape::Utf16,
        "its body is UTF-16",
        "likely it was decoded and written again: hand over the raw bytes",
        "likely a proxy or layer on the way wrote it again: switch that off",
    ),
    (
        Shape::Page,
        "its body is an HTML page",
        "likely it is no notification, but what a proxy, firewall or login portal answered",
        "likely a proxy, firewall or login portal on the way answered: look at what is between here and the gateway",
    ),
    (
        Shape::EscapedXml,
        "its body is XML whose `<` was escaped",
        "likely a filter against scripts did it: hand over the raw bytes",
        "likely a filter on the way did it: switch that off",
    ),
    (
        Shape::JsonText,
        "its body is a JSON string",
        "likely it was encoded a second time: hand over the raw bytes",
        "likely a proxy or layer on the way encoded it a second time: switch that off",
    ),
    (
        Shape::Form,
        "its body is a form",
        "likely a framework or gateway read it as one: hand over the raw bytes",
        "likely a proxy on the way wrote it so: switch that off",
    ),
    (
        Shape::Multipart,
        "its body is a multipart form",
        "likely a framework or gateway read it as one: hand over the raw bytes",
        "likely a proxy on the way wrote it so: switch that off",
    ),
    (
        Shape::Binary,
        "its body is no text",
        "likely it is compressed or encrypted: hand over the raw bytes of the plain body",
        "likely a proxy or layer on the way compressed or encrypted it: switch that off",
    ),
];

/// The sentence about a body that is compressed.
pub(crate) fn compressed(name: &str, whose: Whose) -> String {
    let remedy = match whose {
        Whose::Notice => "decompress it first",
        Whose::Answer => "a proxy or layer on the way compresses: switch that off",
    };
    format!("its body is compressed ({name}), and what is signed are the plain bytes; {remedy}")
}

/// The `Content-Encoding` of a body that is not as it was written; `None` for a header that may hold anything.
pub(crate) fn named_encoding(headers: &HeaderMap) -> Option<&str> {
    let name = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim();
    let is_name = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-, ".contains(&byte));
    (is_name && !name.is_empty() && !name.eq_ignore_ascii_case("identity")).then_some(name)
}

/// The sentence about a `Content-Encoding` when nothing else shows.
pub(crate) fn encoded(name: &str) -> String {
    format!(
        "it has Content-Encoding {name}; likely something on the way compressed or rewrote its body, and what is signed are the bytes as WeChat Pay wrote them"
    )
}

/// By the first bytes of the format. Brotli has none of its own.
fn compression(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] if std::str::from_utf8(body).is_err() => Some("deflate"),
        [b'P', b'K', 3, 4, ..] => Some("zip"),
        _ => None,
    }
}

/// By its mark; or, of Latin letters, by the half of each character that is zero.
fn is_utf16(body: &[u8]) -> bool {
    let is_half_empty = |pair: &&[u8]| pair.contains(&0);
    body.starts_with(b"\xff\xfe")
        || body.starts_with(b"\xfe\xff")
        || body.chunks(2).filter(is_half_empty).count() > body.len() / 3
}

/// Base64, of the usual or the URL alphabet, wrapped or not, of what could be a document.
fn is_base64(text: &[u8]) -> bool {
    let mut plain: Vec<u8> = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    while plain.len() % 4 != 0 && plain.len() % 4 != 1 {
        plain.push(b'=');
    }
    let Some(decoded) = base64::decode(&plain).filter(|_| plain.len() >= 8) else { return false };
    let start = decoded.strip_prefix(MARK).unwrap_or(&decoded).trim_ascii_start().first().copied();
    matches!(start, Some(b'{' | b'[' | b'<' | b'"')) || compression(&decoded).is_some()
}

/// `a=b&c=d`, or a document that was percent-encoded.
fn is_form(text: &[u8]) -> bool {
    let is_encoded = |start: &[u8]| start.eq_ignore_ascii_case(b"%7b") || start.eq_ignore_ascii_case(b"%3c");
    let name = text.split(|byte| *byte == b'=').next().unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.%[]".contains(byte);
    text.get(..3).is_some_and(is_encoded)
        || name.len() < text.len() && !name.is_empty() && name.len() <= 100 && name.iter().all(is_name)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window.eq_ignore_ascii_case(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let json = r#"{"id":"EV-1","summary":"支付成功"}"#;
        let utf16: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (body, expected) in [
            (&b""[..], Shape::Empty),
            (b" \n", Shape::Empty),
            (b"\x1f\x8b\x08\x00", Shape::Compressed("gzip")),
            (b"\x28\xb5\x2f\xfd\x00", Shape::Compressed("zstd")),
            (b"\x78\x9c\xab\x56", Shape::Compressed("deflate")),
            (b"PK\x03\x04", Shape::Compressed("zip")),
            (base64::encode(json.as_bytes()).as_bytes(), Shape::Base64),
            (base64::encode(json.as_bytes()).trim_end_matches('=').as_bytes(), Shape::Base64),
            (base64::encode(b"<xml><a>1</a></xml>").as_bytes(), Shape::Base64),
            (base64::encode(b"\x1f\x8b\x08\x00\x00\x00").as_bytes(), Shape::Base64),
            (&utf16, Shape::Utf16),
            (b"<!DOCTYPE html><p>", Shape::Page),
            (b"\n<HTML><h1>502</h1>", Shape::Page),
            (b"<xml></xml>", Shape::Xml),
            (b"&lt;xml&gt;", Shape::EscapedXml),
            (json.as_bytes(), Shape::Json),
            (b"\xef\xbb\xbf{}", Shape::Json),
            (br#""{\"id\":1}""#, Shape::JsonText),
            (b"id=EV-1&event_type=TRANSACTION.SUCCESS", Shape::Form),
            (b"%7B%22id%22%3A%22EV-1%22%7D=", Shape::Form),
            (b"--x\r\nContent-Disposition: form-data; name=a", Shape::Multipart),
            (b"\x8b\x02\x80\x01\x05\x03\x04", Shape::Binary),
            (b"[object Object]", Shape::Json),
            (b"null", Shape::Other),
            (b"Array", Shape::Other),
        ] {
            assert_eq!(Shape::of(body), expected, "{:?}", String::from_utf8_lossy(body));
        }
    }
}
