//! A merchant's keys: its API certificates, its APIv3 key, its APIv2 key.

use std::fmt;

use wechatpay_chain::PublicKey;

use super::store::Text;
use crate::engine::merchants::Serial;
use crate::engine::time::Time;

/// `Debug` shows serials alone.
#[derive(Clone)]
pub(crate) struct MerchantKeys {
    /// The oldest first.
    pub(crate) certificates: Vec<ApiCertificate>,
    pub(crate) api_v3_key: Text,
    /// The APIv2 key.
    pub(crate) secret: Text,
}

/// An API certificate, or a public key that was registered in its place.
#[derive(Clone)]
pub(crate) struct ApiCertificate {
    pub(crate) serial: String,
    pub(crate) public_key: PublicKey,
    /// The certificate, PEM; none of a public key alone.
    pub(crate) pem: Option<String>,
    /// PEM, PKCS#8; none of what was registered.
    pub(crate) private_key: Option<Text>,
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
}

impl MerchantKeys {
    pub(crate) fn certificate(&self, serial: &str) -> Option<&ApiCertificate> {
        self.certificates.iter().find(|known| known.serial.eq_ignore_ascii_case(serial))
    }
}

impl ApiCertificate {
    /// What the state remembers of it.
    pub(crate) fn as_serial(&self) -> Serial {
        let Self { serial, not_before, not_after, .. } = self;
        Serial { serial: serial.clone(), not_before: *not_before, not_after: *not_after, revoked: false }
    }
}

impl fmt::Debug for MerchantKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MerchantKeys").field("certificates", &self.certificates).finish_non_exhaustive()
    }
}

impl fmt::Debug for ApiCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiCertificate({})", self.serial)
    }
}
