//! The only place that names the cryptographic crates: RSA, digests, randomness, base64, PEM, DER.

pub(crate) mod aes;
pub(crate) mod base64;
#[cfg(feature = "v2")]
pub(crate) mod ecb;
#[cfg(all(feature = "aws-lc-rs", any(feature = "_transport", feature = "mock")))]
pub(crate) mod gcm;
pub(crate) mod hash;
#[cfg(feature = "mock")]
pub(crate) mod issue;
#[cfg(feature = "aws-lc-rs")]
pub(crate) mod oaep;
pub(crate) mod pem;
pub(crate) mod random;
pub(crate) mod rsa;
pub(crate) mod x509;
