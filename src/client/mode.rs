//! Which way of verifying the settings of a client choose.

use super::builder::ClientBuilder;

/// How a client knows that an answer is WeChat Pay's, as its settings choose it; from [`ClientBuilder::mode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// By the WeChat Pay public key.
    PublicKey,
    /// By platform certificates, given or fetched.
    Certificate,
    /// By the public key and by platform certificates, as during a switch.
    Both,
    /// By the APIv2 key alone: there are no settings of APIv3.
    V2,
}

impl ClientBuilder {
    /// Which way of verifying the settings choose so far; `None` as long as they choose none.
    pub fn mode(&self) -> Option<Mode> {
        let certificates = !self.platform_certificates.is_empty() || self.auto_certificates;
        match (!self.platform_keys.is_empty(), certificates) {
            (true, true) => Some(Mode::Both),
            (true, false) => Some(Mode::PublicKey),
            (false, true) => Some(Mode::Certificate),
            (false, false) => {
                (self.secret.is_some() && self.serial.is_none() && self.signer.is_none()).then_some(Mode::V2)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use crate::keys::fixtures as f;
    use crate::keys::{Certificate, PublicKey};

    #[test]
    fn what_is_given_chooses() {
        let key = || PublicKey::from_pem(f::WECHATPAY_PUBLIC).unwrap();
        let certificate = || Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        let secret = "s".repeat(32);
        assert_eq!(Client::builder().mchid("1").mode(), None);
        assert_eq!(Client::builder().secret(&secret).mode(), Some(Mode::V2));
        assert_eq!(Client::builder().secret(&secret).serial("AB").mode(), None);
        let public = Client::builder().secret(secret).platform_key(f::WECHATPAY_ID, key());
        assert_eq!(public.mode(), Some(Mode::PublicKey));
        assert_eq!(public.platform_certificate(certificate()).mode(), Some(Mode::Both));
        assert_eq!(Client::builder().platform_certificate(certificate()).mode(), Some(Mode::Certificate));
    }
}
