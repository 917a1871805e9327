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
