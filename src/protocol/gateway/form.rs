//! The parts of a `multipart/form-data` body (RFC 7578), as every official SDK and others write them.

use std::fmt;

use bytes::Bytes;

/// How many parts a form may have; the documented ones have two, of APIv2 five.
const PARTS: usize = 64;

/// How long the headers of a part may be, in bytes.
const HEAD: usize = 16 * 1024;

/// The parts of an upload, in the order in which they stand.
#[derive(Clone, Debug)]
pub struct Form(Vec<Part>);

/// One part of a form; `Debug` shows its name and size.
#[derive(Clone)]
pub struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    content: Bytes,
}

impl Form {
    /// Reads a body by what its `Content-Type` says; `None` for another type than `multipart/form-data`.
    ///
    /// A type without a boundary, as some clients send it, is taken too: the body begins with the boundary. A part that does not end, or
    /// whose headers are damaged or longer than 16 KiB, is none; a body of more than 64 parts has none.
    ///
    /// ```
    /// use wechatpay_chain::gateway::Form;
    ///
    /// let body = b"--x\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{\"sha256\":\"e3b0\"}\r\n--x--\r\n";
    /// let form = Form::parse("multipart/form-data; boundary=x", body).ok_or("no form")?;
    /// assert_eq!(form.meta(), Some(&br#"{"sha256":"e3b0"}"#[..]));
    /// assert!(Form::parse("application/json", b"{}").is_none());
    /// # Ok::<(), &str>(())
    /// ```
    pub fn parse(content_type: &str, body: &[u8]) -> Option<Self> {
        Self::read(content_type, &Bytes::copy_from_slice(body))
    }

    /// The same without a copy: the parts are pieces of the body.
    pub(crate) fn read(content_type: &str, body: &Bytes) -> Option<Self> {
        let (kind, parameters) = parameters(content_type);
        if !kind.eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let given = parameter(&parameters, "boundary").map(String::into_bytes);
        let boundary = given.filter(|boundary| !boundary.is_empty()).or_else(|| first_line(body));
        Some(Self(boundary.and_then(|boundary| parts(body, &boundary)).unwrap_or_default()))
    }

    /// The parts, in their order.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.0.iter()
    }

    /// The first part of that name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == name)
    }

    /// The content of the part named `meta`: what the signature of an upload covers.
    pub fn meta(&self) -> Option<&[u8]> {
        self.part("meta").map(|part| &part.content[..])
    }
}

impl Part {
    /// The field's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the file, if it is one.
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// What its own `Content-Type` says.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Its content.
    pub fn bytes(&self) -> &Bytes {
        &self.content
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({:?}, {} bytes)", self.name, self.content.len())
    }
}

/// The boundary that a body begins with, without its two dashes.
fn first_line(body: &[u8]) -> Option<Vec<u8>> {
    let line = body.split(|byte| *byte == b'\n').next()?;
    line.strip_prefix(b"--").map(|line| line.trim_ascii_end().to_vec()).filter(|line| !line.is_empty())
}

/// `None` for too many.
fn parts(body: &Bytes, boundary: &[u8]) -> Option<Vec<Part>> {
    let delimiter = [b"--", boundary].concat();
    let (mut parts, mut count) = (Vec::new(), 0);
    let mut at = next_delimiter(body, 0, &delimiter);
    while let Some(start) = at.map(|at| at + delimiter.len()).filter(|start| !body[*start..].starts_with(b"--")) {
        count += 1;
        if count > PARTS {
            return None;
        }
        // A part that does not end is none.
        at = next_delimiter(body, start, &delimiter);
        parts.extend(at.and_then(|end| part(&body.slice(start..end))));
    }
    Some(parts)
}

/// Where the next line begins that is a delimiter.
fn next_delimiter(body: &[u8], from: usize, delimiter: &[u8]) -> Option<usize> {
    let fits = |at: usize| {
        let rest = body[at..].strip_prefix(delimiter).filter(|_| at == 0 || body[at - 1] == b'\n');
        rest.and_then(|rest| rest.split(|byte| *byte == b'\n').next())
            .is_some_and(|line| line.starts_with(b"--") || line.trim_ascii().is_empty())
    };
    (from..body.len()).find(|at| body[*at] == b'-' && fits(*at))
}

/// One part between two delimiters: the rest of the first one's line, headers, an empty line, content, a line end.
fn part(text: &Bytes) -> Option<Part> {
    let line_end = text.iter().position(|byte| *byte == b'\n')?;
    let text = text.slice(line_end + 1..);
    let end = text.len() - if text.ends_with(b"\r\n") { 2 } else { usize::from(text.ends_with(b"\n")) };
    let (mut disposition, mut content_type, mut at) = (None, None, 0);
    while at <= HEAD {
        let length = text[at..].iter().take(HEAD).position(|byte| *byte == b'\n')?;
        let line = text[at..at + length].trim_ascii_end();
        at += length + 1;
        if line.is_empty() {
            let (name, file_name) = disposition?;
            return Some(Part { name, file_name, content_type, content: text.slice(at.min(end)..end) });
        }
        let line = String::from_utf8_lossy(line);
        disposition = disposition.or_else(|| header(&line, "content-disposition").and_then(names));
        content_type = content_type.or_else(|| header(&line, "content-type").map(|value| value.trim().to_owned()));
    }
    None
}

/// The value of a header's line, if it is that header.
fn header<'a>(line: &'a str, wanted: &str) -> Option<&'a str> {
    line.split_once(':').filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}

/// The name that a `Content-Disposition` gives to its part, and to the file.
fn names(disposition: &str) -> Option<(String, Option<String>)> {
    let parameters = parameters(disposition).1;
    Some((parameter(&parameters, "name")?, parameter(&parameters, "filename")))
}

fn parameter(parameters: &[(String, String)], wanted: &str) -> Option<String> {
    parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
}

/// A header's value before its first `;`, and its parameters, their names in lower case and their values without quotes.
fn parameters(text: &str) -> (&str, Vec<(String, String)>) {
    let (value, rest) = text.split_once(';').unwrap_or((text, ""));
    let (mut pieces, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for character in rest.chars() {
        match character {
            ';' if !quoted => {
                pieces.push(String::new());
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = character == '\\' && !escaped;
        pieces.last_mut().into_iter().for_each(|piece| piece.push(character));
    }
    let pairs = pieces.iter().filter_map(|piece| piece.split_once('='));
    let bare = |value: &str| {
        let value = value.trim();
        let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        inner.map_or_else(|| value.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"))
    };
    (value.trim(), pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), bare(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::base64;
    use crate::keys::fixtures as f;

    fn form(content_type: &str, body: &str) -> Option<Form> {
        Form::parse(content_type, body.as_bytes())
    }

    #[test]
    fn a_boundary_is_found_however_it_is_written() {
        let body = "--x y\r\ncontent-disposition: form-data; name=meta\r\n\r\n{}\r\n--x y--\r\n";
        for content_type in [
            "multipart/form-data; boundary=\"x y\"",
            "Multipart/Form-Data;Boundary=x y",
            "multipart/form-data; charset=\"a;boundary=z\"; BOUNDARY = \"x y\" ; more=1",
            "multipart/form-data",
            "multipart/form-data; charset=utf-8",
            "multipart/form-data; boundary=",
        ] {
            let form = form(content_type, body).unwrap();
            assert_eq!(form.meta(), Some(&b"{}"[..]), "{content_type}");
        }
        assert!(form("multipart/mixed; boundary=x", body).is_none() && form("application/json", body).is_none());
    }

    #[test]
    fn parts_are_known_by_their_own_headers() {
        let fake = "content-disposition: form-data; name=\"meta\"\r\n\r\n{\"fake\":1}\r\n--xx\r\n--x is none\r\n";
        let body = format!(
            "--x\r\nContent-Type: image/png\r\nCONTENT-DISPOSITION: form-data; filename=\"a;name=meta\\\".png\"; name=\"file\"\r\n\r\n{fake}\r\n\
             --x\r\nContent-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{{}}\r\n\
             --x\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--x--\r\nname=\"meta\""
        );
        let form = form("multipart/form-data;boundary=x", &body).unwrap();
        let file = form.part("file").unwrap();
        assert_eq!(file.bytes(), fake);
        let told = (file.name(), file.file_name(), file.content_type());
        assert_eq!(told, ("file", Some("a;name=meta\".png"), Some("image/png")));
        let told: Vec<_> = form.parts().map(|part| (part.name(), part.file_name(), part.content_type())).collect();
        assert_eq!(told[1..], [("meta", None, Some("application/json")), ("empty", None, None)]);
        assert_eq!(format!("{file:?}"), format!("Part(\"file\", {} bytes)", fake.len()));
        assert_eq!((form.meta().unwrap(), form.part("empty").unwrap().bytes().len()), (&b"{}"[..], 0));
        assert!(form.part("other").is_none());
    }

    #[test]
    fn what_is_damaged_has_no_parts_and_does_no_harm() {
        for body in
            ["", "--", "--x", "--x\r\n", "--x--", "--x\r\n\r\n", "--x\r\nname=meta\r\n--x--", "x\r\n\r\n--x\n\n--x"]
        {
            for content_type in ["multipart/form-data; boundary=x", "multipart/form-data"] {
                assert!(form(content_type, body).unwrap().meta().is_none(), "{body:?}");
            }
        }
    }

    #[test]
    fn the_vector_has_its_meta_and_its_file() {
        let vector = f::vector("v3-sign-upload-meta");
        let text = |name: &str| vector["input"][name].as_str().unwrap();
        let body = base64::decode(text("multipart_base64")).unwrap();
        let form = Form::parse(text("multipart_content_type"), &body).unwrap();
        assert_eq!(form.meta(), Some(text("body").as_bytes()));
        let file = form.part("file").unwrap();
        assert_eq!(base64::encode(file.bytes()), text("file_base64"));
        assert_eq!(file.file_name(), Some("营业执照.jpg"));
    }

    #[test]
    fn neither_parts_nor_headers_are_endless() {
        let part = |name: &str| format!("--x\r\nContent-Disposition: form-data; name={name}\r\n\r\n1\r\n");
        let count = |body: String| form("multipart/form-data; boundary=x", &body).unwrap().parts().count();
        assert_eq!(count(part("a").repeat(64) + "--x--"), 64);
        assert_eq!(count(part("a").repeat(65) + "--x--"), 0);
        let with_head = |length: usize| format!("--x\r\nx: {}\r\n{}--x--", "y".repeat(length), &part("b")[5..]);
        assert_eq!((count(with_head(HEAD - 100)), count(with_head(HEAD))), (1, 0));
        let lines = format!("--x\r\n{}{}--x--", "x: y\r\n".repeat(HEAD), &part("b")[5..]);
        assert_eq!(count(lines), 0);
    }
}
