//! The platform's keys: the one behind the WeChat Pay public key, and those of its certificates.

use wechatpay_chain::gateway::PlatformKey;

use crate::engine::time::Time;

#[derive(Clone, Debug)]
pub(crate) struct PlatformKeys {
    pub(crate) public: PlatformKey,
    /// As `pub_key.pem` has it: a `SubjectPublicKeyInfo`.
    pub(crate) public_pem: String,
    /// The oldest first.
    pub(crate) certificates: Vec<Issued>,
}

/// A platform certificate with its key, which is named by its serial.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) key: PlatformKey,
    pub(crate) pem: String,
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
}

impl PlatformKeys {
    /// The key of a name: `PUB_KEY_ID_…`, or a serial.
    pub(crate) fn named(&self, id: &str) -> Option<&PlatformKey> {
        let certificates = self.certificates.iter().map(|issued| &issued.key);
        std::iter::once(&self.public).chain(certificates).find(|key| key.id().eq_ignore_ascii_case(id))
    }

    pub(crate) fn issued(&self, serial: &str) -> Option<&Issued> {
        self.certificates.iter().find(|issued| issued.key.id().eq_ignore_ascii_case(serial))
    }
}
