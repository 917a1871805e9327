//! Signers and verifiers that are chosen at run time: each type holds any of its kind.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::signer::{AnyVerifier, ErasedSigner, Signer, Verifier};
use crate::error::BoxError;

/// Any [`Signer`], for a program that chooses it at run time; is a signer itself, and cheap to clone.
///
/// `Signer` has an `async fn`, so `Box<dyn Signer>` does not exist.
///
/// ```
/// use wechatpay_chain::bytes::Bytes;
/// use wechatpay_chain::{BoxError, BoxSigner, PrivateKey, Signer};
///
/// struct Kms;
///
/// impl Signer for Kms {
///     async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
///         Err(format!("no way to the key service for {} bytes", message.len()).into())
///     }
/// }
///
/// fn signer(pem: Option<&str>) -> wechatpay_chain::Result<BoxSigner> {
///     Ok(match pem {
///         Some(pem) => BoxSigner::new(PrivateKey::from_pem(pem)?),
///         None => BoxSigner::new(Kms),
///     })
/// }
///
/// // Client::builder().signer(signer(pem)?)
/// assert_eq!(format!("{:?}", signer(None)?), "BoxSigner");
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone)]
pub struct BoxSigner(Arc<dyn ErasedSigner>);

impl BoxSigner {
    /// Holds `signer`; clones share it.
    pub fn new(signer: impl Signer) -> Self {
        Self(Arc::new(signer))
    }
}

impl Signer for BoxSigner {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        self.0.sign(message).await
    }
}

impl fmt::Debug for BoxSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxSigner")
    }
}

/// Any [`Verifier`], for a program that chooses it at run time; is a verifier itself, and cheap to clone.
///
/// ```
/// use wechatpay_chain::bytes::Bytes;
/// use wechatpay_chain::{BoxError, BoxVerifier, Verifier};
///
/// struct Nobody;
///
/// impl Verifier for Nobody {
///     async fn verify(&self, _serial: &str, _message: Bytes, _signature: Bytes) -> Result<bool, BoxError> {
///         Ok(false)
///     }
/// }
///
/// // Client::builder().verifier(verifier)
/// let verifier = BoxVerifier::new(Nobody);
/// assert_eq!(format!("{verifier:?}"), "BoxVerifier");
/// ```
#[derive(Clone)]
pub struct BoxVerifier(AnyVerifier);

impl BoxVerifier {
    /// Holds `verifier`; clones share it.
    pub fn new(verifier: impl Verifier) -> Self {
        Self(AnyVerifier::new(verifier))
    }
}

impl Verifier for BoxVerifier {
    async fn verify(&self, serial: &str, message: Bytes, signature: Bytes) -> Result<bool, BoxError> {
        self.0.verify(serial, message, signature).await
    }
}

impl fmt::Debug for BoxVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxVerifier")
    }
}
