//! Who signs and who verifies, when it is not this process: traits for remote keys, such as an HSM or a key service.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::{fmt, io};

use bytes::Bytes;

use super::private_key::PrivateKey;
use crate::error::{BoxError, Error, ErrorKind};

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Makes the signatures of requests; [`PrivateKey`] is the one that every client starts with.
///
/// `message` is the text to sign, `sign` gives the raw RSASSA-PKCS1-v1_5 SHA-256 signature (256 bytes for a key of 2048
/// bits), not base64. A failure becomes an error of the kind `Sign`: nothing was sent. It is final, unless it is [`Temporary`].
pub trait Signer: Send + Sync + 'static {
    /// Signs `message`.
    ///
    /// # Errors
    ///
    /// Anything; it becomes the `source()` of the call's error. A [`Temporary`] one may be asked again.
    fn sign(&self, message: Bytes) -> impl Future<Output = Result<Vec<u8>, BoxError>> + Send;
}

/// What a [`Signer`] fails with when asking it again may help, such as a key service that is restarted.
///
/// The call's error, of the kind `Sign`, is then [`is_retryable`](crate::Error::is_retryable), and the call is repeated as its
/// [`Retry`](crate::Retry) says: nothing was sent. Each such failure is one of [`attempts`](crate::Error::attempts). It is also found inside
/// another error whose `source()` leads to it. Any other error of a signer is final.
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
/// use wechatpay_chain::{BoxError, Retry, Signer, Temporary, bytes::Bytes};
/// # use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
///
/// struct KeyService;
///
/// impl Signer for KeyService {
///     async fn sign(&self, _: Bytes) -> Result<Vec<u8>, BoxError> {
///         Err(Temporary::new("the key service is being restarted").into())
///     }
/// }
///
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # let builder = gateway.builder().retry(Retry::attempts(3).base(std::time::Duration::ZERO));
/// let wxpay = builder.signer(KeyService).build()?;
/// let error = wxpay.chain("v3/certificates").get().unwrap_err();
/// assert!(error.is_retryable());
/// assert_eq!(error.attempts().len(), 3);
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Debug)]
pub struct Temporary(BoxError);

/// How deep inside other errors a [`Temporary`] is looked for: an error may be its own source.
const DEEPEST: usize = 32;

impl Temporary {
    /// Says that `error` may pass.
    pub fn new(error: impl Into<BoxError>) -> Self {
        Self(error.into())
    }

    /// Whether an error is one, or was caused by one.
    pub(crate) fn is_in(error: &(dyn std::error::Error + 'static)) -> bool {
        std::iter::successors(Some(error), |error| match error.downcast_ref::<io::Error>() {
            // Its `source()` is the source of what is in it.
            Some(io) => io.get_ref().map(|inner| inner as _),
            None => error.source(),
        })
        .take(DEEPEST)
        .any(<dyn std::error::Error>::is::<Self>)
    }
}

impl fmt::Display for Temporary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a failure that may pass")
    }
}

impl std::error::Error for Temporary {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
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

/// The error, of the kind `Sign`, of what a signer did not sign; one that says so itself is taken as it is.
pub(crate) fn failed(message: &'static str, error: BoxError) -> Error {
    let may_pass = Temporary::is_in(&*error);
    let failed = Error::new(ErrorKind::Sign, message).that_may_pass(may_pass);
    match error.downcast::<Error>() {
        Ok(own) if own.kind() == ErrorKind::Sign => *own,
        Ok(own) => failed.with_source(own),
        Err(foreign) => failed.with_source(foreign),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Has a source, which may be none.
    #[derive(Debug)]
    struct Outer(Option<BoxError>);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            // Without one it is its own, for ever.
            Some(self.0.as_deref().map_or(self as _, |source| source as _))
        }
    }

    #[test]
    fn it_is_found_wherever_it_is_and_nowhere_else() {
        let is_in = |error: BoxError| Temporary::is_in(&*error);
        let wrapped =
            |times: usize| (0..times).fold(Temporary::new("x").into(), |error: BoxError, _| Outer(Some(error)).into());
        assert!(is_in(Temporary::new("x").into()) && is_in(wrapped(1)) && is_in(wrapped(10)));
        assert!(is_in(io::Error::other(Temporary::new("x")).into()));
        assert!(is_in(Outer(Some(io::Error::other(wrapped(1)).into())).into()));
        assert!(is_in(Temporary::new(Temporary::new("x")).into()));
        assert!(!is_in("x".into()) && !is_in(io::Error::from(io::ErrorKind::NotFound).into()));
        assert!(!is_in(Outer(Some("x".into())).into()) && !is_in(Outer(None).into()));
    }
}
