//! What is encrypted when the key of a call is known: members of its payload, parameters of its query.

use std::borrow::Cow;
use std::time::SystemTime;

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::description::Description;
use super::encrypt_fields::{self, Member};
use super::encrypt_query::Query;
use super::headers::SERIAL;
use super::known::{Known, Spelled};
use super::payload::Source;
use crate::error::{Error, Result};
use crate::protocol::v3::trust::Trust;
use crate::uri::target::retarget;

/// What is encrypted when the key is known.
pub(crate) struct Encryption {
    /// With the members that are to be encrypted, if there are any.
    payload: Option<(Value, Vec<Member>)>,
    /// Where parameters are to be encrypted.
    query: Option<Query>,
}

impl Encryption {
    /// Keeps in plain text what is to be encrypted; `None` where nothing is, so that no key is needed.
    ///
    /// `path` goes over the wire, with the query that stands in it; `below` is what of it lies below the base URI.
    pub(crate) fn new<'a>(
        call: &Description,
        method: &Method,
        source: Source<'a>,
        (path, below): (&str, &str),
    ) -> Result<(Source<'a>, Option<Self>)> {
        let known = known(call, method, &source, (path, below))?;
        let query = Query::new(path, &call.query, &call.encrypt_query, &known.query)?;
        let (source, payload) = match source {
            source if call.encrypt.is_empty() && known.json.is_empty() => (source, None),
            Source::Json(value) => {
                let members = encrypt_fields::members(&value, &call.encrypt, &known.json)?;
                match members.is_empty() {
                    true => (Source::Json(value), None),
                    false => (Source::Json(value.clone()), Some((value.into_owned(), members))),
                }
            }
            Source::Empty if call.encrypt.is_empty() => (Source::Empty, None),
            _ => {
                let setting = if call.encrypt.is_empty() { "encrypt_known" } else { "encrypt" };
                let message = "the payload is not JSON, so it has no fields to encrypt";
                return Err(Error::request(format!("{setting}: {message}")));
            }
        };
        let nothing = payload.is_none() && query.is_none();
        Ok((source, (!nothing).then_some(Self { payload, query })))
    }

    pub(crate) fn apply(self, request: &mut http::Request<Bytes>, trust: &Trust, now: SystemTime) -> Result<()> {
        let serial = request.headers().get(SERIAL).and_then(|serial| serial.to_str().ok());
        let key = encrypt_fields::find(trust, serial.ok_or_else(|| encrypt_fields::no_key(trust, now))?, now)?;
        if let Some((mut payload, members)) = self.payload {
            encrypt_fields::encrypt(&mut payload, &members, key)?;
            *request.body_mut() = Source::Json(Cow::Owned(payload)).into_body()?.bytes;
        }
        self.query.map_or(Ok(()), |query| retarget(request, query.encrypted(key)?))
    }
}

/// What the catalogue names, where the chain asks it.
fn known(call: &Description, method: &Method, source: &Source<'_>, (path, below): (&str, &str)) -> Result<Known> {
    let Some(lookup) = call.known else { return Ok(Known::default()) };
    let is_upload = match source {
        Source::Media(_) => true,
        Source::Raw { content_type, .. } => content_type.trim_start().to_ascii_lowercase().starts_with("multipart/"),
        Source::Empty | Source::Json(_) => false,
    };
    if is_upload {
        return Err(Error::request(
            "encrypt_known: the payload is an upload, whose parts are not looked into; encrypt a field of its meta with `Client::encrypt`",
        ));
    }
    lookup(method, Spelled { whole: without_query(path), below, template: &call.path.template() })
}

fn without_query(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}

impl std::fmt::Debug for Encryption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let members = self.payload.as_ref().map(|(_, members)| members);
        f.debug_struct("Encryption").field("members", &members).field("query", &self.query).finish_non_exhaustive()
    }
}
