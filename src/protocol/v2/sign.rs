//! The signature of APIv2, as a pure function: which fields, in which order, by which algorithm.

use crate::crypto::hash;
use crate::crypto::secret::Secret;

/// How the APIv2 key signs; the same as for the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignType {
    /// `MD5`, the gateway's default.
    Md5,
    /// `HMAC-SHA256`.
    HmacSha256,
}

impl SignType {
    /// As the parameters spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }
}

/// The signature of APIv2: `k=v` of all non-empty fields sorted by byte order, and the key.
pub(crate) fn sign(sign_type: SignType, fields: &[(&str, &str)], secret: &Secret) -> String {
    let text = zeroize::Zeroizing::new(message(fields, secret.expose()));
    match sign_type {
        SignType::Md5 => hash::md5_upper(text.as_bytes()),
        SignType::HmacSha256 => hash::hmac_sha256_upper(secret.expose().as_bytes(), text.as_bytes()),
    }
}

/// The text that is signed, with this key.
pub(crate) fn message(fields: &[(&str, &str)], key: &str) -> String {
    let mut sorted: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
    sorted.sort_unstable();
    let key = ("key", key);
    let pairs: Vec<_> = sorted.into_iter().chain([&key]).map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}
