//! Who signs and who verifies, when it is not this process: traits for remote keys, such as an HSM or a key service.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;

use super::private_key::PrivateKey;
use crate::error::BoxError;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Makes the signatures of requests; [`PrivateKey`] is the one that every client starts with.
///
/// `message` is the text to sign, `sign` gives the raw RSASSA-PKCS1-v1_5 SHA-256 signature (256 bytes for a key of 2048
/// bits), not base64. A failure becomes an error of the kind `Sign`: nothing was sent.
pub trait Signer: Send + Sync + 'static {
    /// Signs `message`.
    ///
    /// # Errors
    ///
    /// Anything; it becomes the `source()` of the call's error.
    fn sign(&self, message: Bytes) -> impl Future<Output = Result<Vec<u8>, BoxError>> + Send;
}

/// Verifies the signatures of answers instead of the platform keys held by the client.
///
/// `serial` is the answer's `Wechatpay-Serial`, `signature` the decoded bytes. `Ok(false)` and `Err` both become an error
/// of the kind `Verify`; only `Ok(true)` lets an answer through.
pub trait Verifier: Send + Sync + 'static {
    /// Whether `signature` is the one of `message` by the key that `serial` names.
    ///
    /// # Errors
    ///
    /// Anything, such as a serial the verifier does not know; it becomes the `source()` of the call's error.
    fn verify(
        &self,
        serial: &str,
        message: Bytes,
        signature: Bytes,
    ) -> impl Future<Output = Result<bool, BoxError>> + Send;
}

impl Signer for PrivateKey {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        Ok(Self::sign(self, &message)?)
    }
}

/// Traits with an `async fn` cannot be objects; these twins can.
pub(crate) trait ErasedSigner: Send + Sync {
    fn sign(&self, message: Bytes) -> BoxFuture<'_, Result<Vec<u8>, BoxError>>;
}

impl<S: Signer> ErasedSigner for S {
    fn sign(&self, message: Bytes) -> BoxFuture<'_, Result<Vec<u8>, BoxError>> {
        Box::pin(Signer::sign(self, message))
    }
}

trait ErasedVerifier: Send + Sync {
    fn verify<'a>(&'a self, serial: &'a str, message: Bytes, signature: Bytes)
    -> BoxFuture<'a, Result<bool, BoxError>>;
}

impl<V: Verifier> ErasedVerifier for V {
    fn verify<'a>(
        &'a self,
        serial: &'a str,
        message: Bytes,
        signature: Bytes,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(Verifier::verify(self, serial, message, signature))
    }
}

/// Any signer; the key of this process needs no object and no future.
#[derive(Clone)]
pub(crate) enum AnySigner {
    Key(PrivateKey),
    Other(Arc<dyn ErasedSigner>),
}

impl AnySigner {
    pub(crate) fn new(signer: impl Signer) -> Self {
        Self::Other(Arc::new(signer))
    }

    pub(crate) async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BoxError> {
        match self {
            Self::Key(key) => Ok(key.sign(message)?),
            Self::Other(signer) => signer.sign(Bytes::copy_from_slice(message)).await,
        }
    }
}

impl fmt::Debug for AnySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

/// Any verifier.
#[derive(Clone)]
pub(crate) struct AnyVerifier(Arc<dyn ErasedVerifier>);

impl AnyVerifier {
    pub(crate) fn new(verifier: impl Verifier) -> Self {
        Self(Arc::new(verifier))
    }

    pub(crate) async fn verify(&self, serial: &str, message: Bytes, signature: Bytes) -> Result<bool, BoxError> {
        self.0.verify(serial, message, signature).await
    }
}

impl fmt::Debug for AnyVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}
