//! A notice as it goes out: its body and its headers, signed.

use super::envelope::{self, unusable};
use super::misbehave::{self, Trick};
use super::papers::Papers;
use crate::engine::call::Version;
use crate::engine::notices::Notice;
use crate::keys::KeyError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// Spelled as they go out.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// What a letter has of the moment: the wall clock's seconds, and texts that are drawn for it.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    pub(super) seconds: u64,
    pub(super) nonce: String,
    pub(super) request_id: String,
}

/// Writes a notice whose body is sealed already, rightly or as a fault has it.
///
/// # Errors
///
/// Should a key not be usable.
pub(super) fn write(
    notice: &Notice,
    body: &str,
    papers: &Papers,
    stamp: &Stamp,
    trick: Option<Trick>,
) -> Result<Letter, KeyError> {
    let body = match trick {
        Some(trick) => misbehave::body(trick, notice, papers)?.unwrap_or_else(|| body.to_owned()),
        None => body.to_owned(),
    };
    let is_xml = notice.version == Version::V2 || trick == Some(Trick::V2Xml);
    let mut letter = Letter { headers: plain(is_xml, &stamp.request_id), body: body.into_bytes() };
    if !is_xml {
        let signature = papers.key.sign(stamp.seconds, &stamp.nonce, &letter.body);
        let signature = signature.map_err(|error| unusable(&error))?;
        letter.headers.extend(signature.headers());
    }
    match trick {
        Some(trick) => misbehave::spoil(trick, letter, papers, stamp),
        None => Ok(letter),
    }
}

/// Headers that have nothing to do with what is in it, as they were seen.
fn plain(is_xml: bool, request_id: &str) -> Vec<(&'static str, String)> {
    let content_type = if is_xml { "text/xml" } else { "application/json" };
    vec![
        ("User-Agent", "Mozilla/4.0".to_owned()),
        ("Accept", "*/*".to_owned()),
        ("Pragma", "no-cache".to_owned()),
        ("Content-Type", content_type.to_owned()),
        ("Request-ID", request_id.to_owned()),
    ]
}

/// The body of a notice that is sent for the first time.
///
/// # Errors
///
/// Should a key not be usable.
pub(super) fn first_body(notice: &Notice, papers: &Papers) -> Result<Box<str>, KeyError> {
    envelope::body(notice, papers).map(Into::into)
}
