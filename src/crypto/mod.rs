//! The only home of the cryptographic crates: RSA, digests, randomness, base64, PEM, X.509; and of secrets and the clock.
//!
//! Bytes come in, bytes go out. May import `error`.

pub(crate) mod aes;
pub(crate) mod base64;
pub(crate) mod clock;
pub(crate) mod der;
#[cfg(feature = "v2")]
pub(crate) mod ecb;
#[cfg(feature = "aws-lc-rs")]
pub(crate) mod gcm;
pub(crate) mod hash;
#[cfg(feature = "aws-lc-rs")]
pub(crate) mod oaep;
pub(crate) mod pem;
pub(crate) mod random;
pub(crate) mod rsa;
pub(crate) mod secret;
pub(crate) mod x509;
#[cfg(feature = "mock")]
pub(crate) mod x509_builder;
