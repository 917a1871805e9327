//! What is encrypted when the key of a call is known: fields of its payload, parameters of its query.

use std::time::SystemTime;

use bytes::Bytes;

use super::description::Description;
use super::encrypt_fields;
use super::headers::SERIAL;
use super::payload::Source;
use crate::error::{Error, Result};
use crate::protocol::v3::trust::Trust;
use crate::uri::target::{retarget, with_query};

/// What is encrypted when the key is known.
pub(crate) struct Encryption {
    payload: Option<serde_json::Value>,
    fields: Vec<(String, bool)>,
    /// The path before the query parameters are appended.
    path: String,
    query: Vec<(String, String)>,
    encrypted: Vec<String>,
}

impl Encryption {
    /// Keeps the payload in plain text where some of it is to be encrypted.
    pub(crate) fn new<'a>(call: &Description, source: Source<'a>, path: &str) -> Result<(Source<'a>, Option<Self>)> {
        if call.encrypt.is_empty() && call.encrypt_query.is_empty() {
            return Ok((source, None));
        }
        if let Some(name) = call.encrypt_query.iter().find(|name| !call.query.iter().any(|(known, _)| known == *name)) {
            return Err(Error::request(format!("encrypt_query: no query parameter {name:?} was added by `.query`")));
        }
        let (source, payload) = match source {
            Source::Json(value) => (Source::Json(value.clone()), Some(value.into_owned())),
            source if call.encrypt.is_empty() => (source, None),
            _ => return Err(Error::request("encrypt: the payload is not JSON, so it has no fields to encrypt")),
        };
        let (fields, encrypted, query) = (call.encrypt.clone(), call.encrypt_query.clone(), call.query.clone());
        Ok((source, Some(Self { payload, fields, path: path.to_owned(), query, encrypted })))
    }

    pub(crate) fn apply(mut self, request: &mut http::Request<Bytes>, trust: &Trust, now: SystemTime) -> Result<()> {
        let serial = request.headers().get(SERIAL).and_then(|serial| serial.to_str().ok());
        let key = encrypt_fields::find(trust, serial.ok_or_else(|| encrypt_fields::no_key(trust, now))?, now)?;
        if let Some(payload) = self.payload.as_mut().filter(|_| !self.fields.is_empty()) {
            encrypt_fields::encrypt(payload, &self.fields, key)?;
            let source = Source::Json(std::borrow::Cow::Borrowed(payload));
            *request.body_mut() = source.into_body()?.bytes;
        }
        for (name, value) in self.query.iter_mut().filter(|(name, _)| self.encrypted.contains(name)) {
            *value = key
                .encrypt(value)
                .map_err(|error| Error::new(error.kind(), format!("encrypt_query: {name}: {error}")))?;
        }
        retarget(request, with_query(self.path, &self.query))
    }
}

impl std::fmt::Debug for Encryption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encryption")
            .field("fields", &self.fields)
            .field("query", &self.encrypted)
            .finish_non_exhaustive()
    }
}
