//! A key as the caller gave it: a PEM text, a file, or one of the URL-like forms of the PHP library.

use zeroize::Zeroizing;

use crate::crypto::base64;
use crate::error::{Error, Result};

/// What was found in a text.
pub(crate) enum Source<'a> {
    Pem(Zeroizing<String>),
    Der(&'a str, Zeroizing<Vec<u8>>),
}

/// The forms of a key that are written like a URL.
const SCHEMES: [&str; 4] = ["private.pkcs1", "private.pkcs8", "public.pkcs1", "public.spki"];

impl<'a> Source<'a> {
    pub(crate) fn read(text: &'a str, what: &str) -> Result<Self> {
        let text = text.trim();
        if text.contains("-----BEGIN") {
            return Ok(Self::Pem(Zeroizing::new(text.to_owned())));
        }
        if let Some(path) = text.strip_prefix("file://") {
            return read_file(path, what).map(Self::Pem);
        }
        match SCHEMES.iter().find_map(|scheme| Some((*scheme, text.strip_prefix(scheme)?.strip_prefix("://")?))) {
            Some((scheme, data)) => {
                let data = base64::decode(data.trim())
                    .ok_or_else(|| Error::config(format!("{what}: what follows `{scheme}://` is not base64")))?;
                Ok(Self::Der(scheme, Zeroizing::new(data)))
            }
            None => Ok(Self::Pem(Zeroizing::new(text.to_owned()))),
        }
    }
}

/// Reads a PEM file; the error names the path, unless it may be a key that was taken for one.
pub(crate) fn read_file(path: &str, what: &str) -> Result<Zeroizing<String>> {
    let shown = if is_path(path) { path } else { "of that name" };
    std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| Error::config(format!("{what}: cannot read the file {shown}")).with_source(error))
}

/// Whether a text is surely a path: base64 has no dot, and a key is longer.
pub(crate) fn is_path(text: &str) -> bool {
    text.len() < 256 && text.contains('.')
}

/// The error of a form that is another kind of key's.
pub(crate) fn unexpected(what: &str, scheme: &str) -> Error {
    Error::config(format!("{what}: `{scheme}://` is not a form of a {what}"))
}
