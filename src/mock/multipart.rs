//! The parts of a `multipart/form-data` body (RFC 7578), as other SDKs write them too.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// The parts of an upload, in the order in which they stand.
#[derive(Debug)]
pub(super) struct Form(Vec<Part>);

#[derive(Debug)]
struct Part {
    name: String,
    content: Bytes,
}

impl Form {
    /// `None` for a body of another type.
    ///
    /// A type without a boundary, as some clients send it, is taken too: the body begins with the boundary.
    pub(super) fn of(headers: &HeaderMap, body: &Bytes) -> Option<Self> {
        let content_type = String::from_utf8_lossy(headers.get(CONTENT_TYPE)?.as_bytes());
        let (kind, parameters) = parameters(&content_type);
        if !kind.eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let given = parameters.into_iter().find(|(name, _)| name == "boundary").map(|(_, value)| value.into_bytes());
        let boundary = given.filter(|boundary| !boundary.is_empty()).or_else(|| first_line(body));
        Some(Self(boundary.map(|boundary| parts(body, &boundary)).unwrap_or_default()))
    }

    /// The content of the first part of that name.
    pub(super) fn part(&self, name: &str) -> Option<&Bytes> {
        self.0.iter().find(|part| part.name == name).map(|part| &part.content)
    }

    /// The parts that are texts, but for the file of the given name.
    #[cfg(feature = "v2")]
    pub(super) fn texts(&self, but: &str) -> impl Iterator<Item = (&str, &str)> {
        let others = self.0.iter().filter(move |part| part.name != but);
        others.filter_map(|part| Some((part.name.as_str(), std::str::from_utf8(&part.content).ok()?)))
    }
}

/// The boundary that a body begins with, without its two dashes.
fn first_line(body: &[u8]) -> Option<Vec<u8>> {
    let line = body.split(|byte| *byte == b'\n').next()?;
    line.strip_prefix(b"--").map(|line| line.trim_ascii_end().to_vec()).filter(|line| !line.is_empty())
}

fn parts(body: &Bytes, boundary: &[u8]) -> Vec<Part> {
    let delimiter = [b"--", boundary].concat();
    let mut parts = Vec::new();
    let mut at = next_delimiter(body, 0, &delimiter);
    while let Some(start) = at.map(|at| at + delimiter.len()).filter(|start| !body[*start..].starts_with(b"--")) {
        // A part that does not end is none.
        at = next_delimiter(body, start, &delimiter);
        parts.extend(at.and_then(|end| part(&body.slice(start..end))));
    }
    parts
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
    let (mut name, mut at) = (None, 0);
    loop {
        let length = text[at..].iter().position(|byte| *byte == b'\n')?;
        let line = text[at..at + length].trim_ascii_end();
        at += length + 1;
        if line.is_empty() {
            return Some(Part { name: name?, content: text.slice(at.min(end)..end) });
        }
        name = name.or_else(|| disposition(&String::from_utf8_lossy(line)));
    }
}

/// The name that a `Content-Disposition` gives to its part.
fn disposition(line: &str) -> Option<String> {
    let (header, value) = line.split_once(':')?;
    let parameters = parameters(value).1;
    let is_disposition = header.trim().eq_ignore_ascii_case("content-disposition");
    parameters.into_iter().find(|(name, _)| is_disposition && name == "name").map(|(_, value)| value)
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

    fn form(content_type: &str, body: &str) -> Option<Form> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        Form::of(&headers, &Bytes::copy_from_slice(body.as_bytes()))
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
            assert_eq!(form.part("meta").map(|part| &part[..]), Some(&b"{}"[..]), "{content_type}");
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
        assert_eq!(form.part("file").unwrap(), fake);
        assert_eq!((form.part("meta").unwrap().as_ref(), form.part("empty").unwrap().len()), (&b"{}"[..], 0));
        assert!(form.part("other").is_none());
    }

    #[test]
    fn what_is_damaged_has_no_parts_and_does_no_harm() {
        for body in
            ["", "--", "--x", "--x\r\n", "--x--", "--x\r\n\r\n", "--x\r\nname=meta\r\n--x--", "x\r\n\r\n--x\n\n--x"]
        {
            for content_type in ["multipart/form-data; boundary=x", "multipart/form-data"] {
                assert!(form(content_type, body).unwrap().part("meta").is_none(), "{body:?}");
            }
        }
    }
}
