//! The `Authorization` of a request: time and nonce are taken, the message is signed by whoever has the key.

use bytes::Bytes;
use http::HeaderValue;

use super::body::SignedPart;
use crate::crypto::clock::unix_seconds;
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::keys::signer::{self, AnySigner};
use crate::protocol::v3::sign::{self, Identity};

/// Who signs the requests of a client.
#[derive(Debug)]
pub(crate) struct Authorizer {
    pub(crate) identity: Identity,
    pub(crate) signer: AnySigner,
    pub(crate) now: fn() -> Option<u64>,
    pub(crate) nonce: fn() -> Result<String>,
}

impl Authorizer {
    pub(crate) fn new(identity: Identity, signer: AnySigner) -> Self {
        Self { identity, signer, now: unix_seconds, nonce: random::nonce }
    }

    /// The header's value, and the message that was signed.
    ///
    /// # Errors
    ///
    /// `Sign`, when the signer fails or the clock is before 1970.
    pub(crate) async fn authorize(&self, request: &http::Request<Bytes>) -> Result<(HeaderValue, Vec<u8>)> {
        let timestamp = (self.now)().ok_or_else(|| failed("the local clock is before 1970"))?;
        let nonce = (self.nonce)()?;
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let signed = request.extensions().get::<SignedPart>().map_or(request.body(), |part| &part.0);
        let message = sign::message(request.method().as_str(), target, timestamp, &nonce, signed);
        let signed = self.signer.sign(&message).await;
        let signature = signed.map_err(|error| signer::failed("the signer failed; nothing was sent", error))?;
        Ok((header(&self.identity, timestamp, &nonce, &signature)?, message))
    }
}

/// The header's value, marked as one that is not to be shown.
pub(crate) fn header(identity: &Identity, timestamp: u64, nonce: &str, signature: &[u8]) -> Result<HeaderValue> {
    let text = sign::authorization(identity, timestamp, nonce, signature);
    let mut value = HeaderValue::try_from(text).map_err(|_| failed("the Authorization header cannot be written"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn failed(why: &'static str) -> Error {
    Error::new(ErrorKind::Sign, why)
}
