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

/// A request's signature for a time and a nonce that are given; from [`SignLayer::sign_at`](crate::SignLayer::sign_at). `Debug` shows neither
/// message nor signature.
#[cfg(feature = "inspect")]
#[derive(Clone)]
pub struct SignedRequest {
    scheme: &'static str,
    serial: String,
    message: Vec<u8>,
    signature: String,
    authorization: String,
}

#[cfg(feature = "inspect")]
impl SignedRequest {
    /// The scheme, as `Authorization` begins.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The serial of the signing key's certificate.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The five lines that were signed; of an upload the last one is its meta.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The signature, base64.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The value of the `Authorization` header: whoever has it can make this one request for five minutes.
    pub fn authorization(&self) -> &str {
        &self.authorization
    }
}

#[cfg(feature = "inspect")]
impl std::fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedRequest").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

#[cfg(feature = "inspect")]
impl Authorizer {
    /// What [`authorize`](Self::authorize) would do at that time, with that nonce.
    ///
    /// # Errors
    ///
    /// `Sign`, when the signer fails.
    pub(crate) async fn authorize_at(
        &self,
        request: &http::Request<Bytes>,
        timestamp: u64,
        nonce: &str,
    ) -> Result<SignedRequest> {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let signed = request.extensions().get::<SignedPart>().map_or(request.body(), |part| &part.0);
        let message = sign::message(request.method().as_str(), target, timestamp, nonce, signed);
        let signature = self.signer.sign(&message).await;
        let signature = signature.map_err(|error| signer::failed("the signer failed", error))?;
        let header = header(&self.identity, timestamp, nonce, &signature)?;
        let authorization =
            header.to_str().map_err(|_| failed("the Authorization header cannot be written"))?.to_owned();
        Ok(SignedRequest {
            scheme: self.identity.scheme.name(),
            serial: self.identity.serial.clone(),
            signature: crate::crypto::base64::encode(&signature),
            message,
            authorization,
        })
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
