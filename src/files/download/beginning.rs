//! The first bytes of a file: whether they are a file at all, or an error under the status of one.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::plan::Part;
#[cfg(feature = "v2")]
use super::refused_bill::BillStart;
use super::stated;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::response::Response;
#[cfg(feature = "v2")]
use crate::protocol::v2::answer::unreadable;
use crate::protocol::v3::answer;
use crate::protocol::v3::exempt::Rule;
#[cfg(feature = "v2")]
use crate::request::protocol::Protocol;
use crate::transport::file_body::FileBody;

/// No error is longer.
const LONGEST: usize = 64 * 1024;

/// How much of a code and a message is shown.
const SHOWN: usize = 200;

/// Looks at the first bytes of one file.
pub(super) enum Beginning {
    /// It is a file, or a hash says so at the end.
    Known,
    /// A bill of APIv2, which begins otherwise than its refusal.
    #[cfg(feature = "v2")]
    Bill(BillStart),
    /// A file without a hash: the path, and the bytes so far.
    Unhashed(String, Vec<u8>),
}

impl Beginning {
    pub(super) fn of(part: &Part) -> Self {
        #[cfg(feature = "v2")]
        if part.request.protocol() == Protocol::V2 {
            return Self::Bill(BillStart::of(&part.request));
        }
        if part.rule == Rule::Unsigned && part.expected.is_none() {
            return Self::Unhashed(part.request.operation.clone(), Vec::new());
        }
        Self::Known
    }

    /// The bytes that may go on to the file; `None` until enough of them are there.
    #[cfg_attr(not(feature = "v2"), allow(unused_variables, clippy::unused_async))]
    pub(super) async fn take(
        &mut self,
        bytes: Bytes,
        response: &Response,
        body: &mut FileBody,
        idle: Duration,
    ) -> Result<Option<Bytes>> {
        let passed = match self {
            Self::Known => return Ok(Some(bytes)),
            #[cfg(feature = "v2")]
            Self::Bill(start) => match start.take(&bytes) {
                Some(held) if BillStart::is_document(&held) => {
                    return Err(start.refusal(response, body, held, idle).await);
                }
                held => held,
            },
            Self::Unhashed(path, held) => {
                held.extend_from_slice(&bytes);
                let is_error = stated::error_type(response.headers(), path).is_some();
                if (is_error || may_be_error(held)) && held.len() < LONGEST {
                    None
                } else {
                    refuse(path, held, response)?;
                    Some(std::mem::take(held).into())
                }
            }
        };
        if passed.is_some() {
            *self = Self::Known;
        }
        Ok(passed)
    }

    /// The bytes that are left at the end.
    pub(super) fn end(self, response: &Response) -> Result<Option<Bytes>> {
        match self {
            Self::Known => Ok(None),
            #[cfg(feature = "v2")]
            Self::Bill(_) => Err(unreadable("the bill is empty")),
            Self::Unhashed(_, held) if held.is_empty() => Err(no_file("has no body", "", response)),
            Self::Unhashed(path, held) => refuse(&path, &held, response).map(|()| Some(held.into())),
        }
    }
}

/// Whether an error could begin like this.
fn may_be_error(held: &[u8]) -> bool {
    matches!(text(held).first(), None | Some(b'{' | b'[' | b'<'))
}

/// An error in the place of a file: by its content type, or by its shape under any.
fn refuse(path: &str, held: &[u8], response: &Response) -> Result<()> {
    let told = told(held);
    if let Some(content_type) = stated::error_type(response.headers(), path) {
        let told = told.unwrap_or_default();
        return Err(unexpected(format!("the answer is {}, expected a file{told}", shown(content_type)), response));
    }
    let start = text(held).to_ascii_lowercase();
    let is_markup = ["<!doctype", "<html", "<xml>"].iter().any(|tag| start.starts_with(tag.as_bytes()));
    match (told, is_markup) {
        (Some(told), _) => Err(no_file("is JSON", &told, response)),
        (None, true) => Err(no_file("is HTML or XML", "", response)),
        (None, false) => Ok(()),
    }
}

/// Code and message of an error in JSON.
fn told(held: &[u8]) -> Option<String> {
    let json: Value = serde_json::from_slice(text(held)).ok()?;
    let named = |name| json.get(name).is_some();
    if !["code", "errcode", "return_code", "retcode"].into_iter().any(named) {
        return None;
    }
    let no =
        answer::rejection(http::StatusCode::OK, &http::HeaderMap::new(), Bytes::copy_from_slice(text(held)), false);
    let (code, message) = (shown(no.code()), shown(no.message()));
    let parts: Vec<_> = [code.as_str(), &message].into_iter().filter(|part| !part.is_empty()).collect();
    Some(if parts.is_empty() { String::new() } else { format!(": {}", parts.join(": ")) })
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Without a byte order mark and blanks.
fn text(held: &[u8]) -> &[u8] {
    held.trim_ascii_start().strip_prefix(b"\xef\xbb\xbf").unwrap_or(held).trim_ascii_start()
}

fn no_file(what: &str, told: &str, response: &Response) -> Error {
    unexpected(format!("the answer {what}, expected a file{told}"), response)
}

fn unexpected(message: String, response: &Response) -> Error {
    Error::new(ErrorKind::Decode, message).with_request_id(response.request_id())
}
