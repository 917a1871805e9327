//! What the world and the ring know of who signed a request: a snapshot, good until the call itself is made.

use std::sync::Arc;

use wechatpay_chain::PublicKey;
use wechatpay_chain::gateway::PlatformKey;

use crate::engine::platform::Signer;
use crate::engine::rules::Rules;
use crate::engine::settings::Limits;
use crate::engine::time::Time;
use crate::keys::merchant::MerchantKeys;
use crate::keys::platform::PlatformKeys;

#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) keys: Arc<MerchantKeys>,
    pub(crate) platform: Arc<PlatformKeys>,
    /// Whether the certificate of the serial is valid.
    pub(crate) holds: bool,
    /// Whether the platform key named by `Wechatpay-Serial` is one that it may encrypt for.
    pub(crate) may_encrypt: bool,
    /// Who signs the answer.
    pub(crate) signer: Signer,
    pub(crate) rules: Rules,
    pub(crate) limits: Limits,
    pub(crate) seed: u64,
    pub(crate) wall: Time,
    /// The simulated time.
    pub(crate) now: Time,
}

impl Known {
    /// The wall clock in seconds, as signatures have it.
    pub(crate) fn seconds(&self) -> u64 {
        u64::try_from(self.wall.seconds()).unwrap_or_default()
    }

    /// The key that signs the answer.
    pub(crate) fn platform_key(&self) -> PlatformKey {
        platform_key(&self.platform, &self.signer)
    }

    /// The merchant's key of a serial.
    pub(crate) fn public_key(&self, serial: &str) -> Option<&PublicKey> {
        self.keys.certificate(serial).map(|certificate| &certificate.public_key)
    }
}

/// The key of a signer; the one behind the public key should a certificate have gone meanwhile.
pub(crate) fn platform_key(platform: &PlatformKeys, signer: &Signer) -> PlatformKey {
    let certificate = match signer {
        Signer::PublicKey => None,
        Signer::Certificate(serial) => platform.issued(serial).map(|issued| &issued.key),
    };
    certificate.unwrap_or(&platform.public).clone()
}
