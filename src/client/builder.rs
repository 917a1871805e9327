//! The settings of a client; `config.rs` checks them.

use std::fmt;
use std::time::Duration;

use crate::crypto::secret::Secret;
use crate::keys::identity::{Chain, IdentityKey};
use crate::keys::signer::{AnySigner, AnyVerifier, Signer, Verifier};
use crate::keys::{Certificate, PrivateKey, PublicKey};

/// The settings of a [`Client`](crate::Client); every check is made in [`build`](Self::build).
///
/// ```
/// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/merchant_key.pem"));
/// # let platform = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wechatpay_public.pem"));
/// use wechatpay_chain::{Client, PrivateKey, PublicKey};
///
/// let wxpay = Client::builder()
///     .mchid("1900000109")
///     .serial("3775B6A45ACD588826D15E583A95F5DD3775B6A4")
///     .private_key(PrivateKey::from_pem(pem)?)
///     .platform_key("PUB_KEY_ID_0114232134912410000000000000", PublicKey::from_pem(platform)?)
///     .build()?;
/// assert_eq!(wxpay.mchid(), "1900000109");
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until `.build()` is called"]
pub struct ClientBuilder {
    pub(crate) mchid: Option<String>,
    pub(crate) brand_id: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) private_key: Option<PrivateKey>,
    pub(crate) merchant_identity: Option<(String, Secret)>,
    /// The same, read already.
    pub(crate) identity: Option<(Chain, IdentityKey)>,
    pub(crate) signer: Option<AnySigner>,
    pub(crate) verifier: Option<AnyVerifier>,
    pub(crate) platform_keys: Vec<(String, PublicKey)>,
    pub(crate) platform_certificates: Vec<Certificate>,
    pub(crate) api_v3_key: Option<Secret>,
    pub(crate) secret: Option<Secret>,
    pub(crate) hmac_only: bool,
    /// The merchant certificate and its key, PEM, that are presented: `merchant_identity`, checked.
    pub(crate) presented: Option<(String, Secret)>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) base_uri: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<crate::error::retry::Retry>,
    pub(crate) timestamp_window: Option<Duration>,
    /// Only a transport can fetch them.
    pub(crate) auto_certificates: bool,
    /// The settings are from the environment, so errors name its variables.
    pub(crate) from_env: bool,
    #[cfg(feature = "_transport")]
    pub(crate) network: super::network_settings::NetworkSettings,
}

impl ClientBuilder {
    /// The merchant number, digits; the partner's own in partner mode.
    pub fn mchid(mut self, mchid: impl Into<String>) -> Self {
        self.mchid = Some(mchid.into());
        self
    }

    /// The brand id, instead of a merchant number: the brand scheme, for `brand/…` paths only.
    pub fn brand_id(mut self, brand_id: impl Into<String>) -> Self {
        self.brand_id = Some(brand_id.into());
        self
    }

    /// The serial of the merchant API certificate, 40 hexadecimal digits; colons, blanks and lower case are undone.
    pub fn serial(mut self, serial: impl Into<String>) -> Self {
        self.serial = Some(serial.into());
        self
    }

    /// The merchant API key that signs the requests.
    pub fn private_key(mut self, key: PrivateKey) -> Self {
        self.private_key = Some(key);
        self
    }

    /// The merchant API certificate and its key, PEM texts (`apiclient_cert.pem`, `apiclient_key.pem`): presented in the TLS
    /// handshake of the calls that ask for it; supplies `serial` and `private_key` when not given.
    ///
    /// Of several certificates the one of the key is taken, and the others are presented behind it. One that has ended, or not begun, is a
    /// `Config` error.
    pub fn merchant_identity(mut self, cert_pem: impl Into<String>, key_pem: impl Into<String>) -> Self {
        self.merchant_identity = Some((cert_pem.into(), Secret::new(key_pem)));
        self
    }

    /// An identity that need not be the one of `serial` and `private_key`, which tests replace.
    #[cfg(feature = "mock")]
    pub(crate) fn present(mut self, cert_pem: &str, key_pem: &str) -> Self {
        self.presented = Some((cert_pem.to_owned(), Secret::new(key_pem)));
        self
    }

    /// Signs by something else than a key in this process; replaces `private_key` for requests.
    pub fn signer(mut self, signer: impl Signer) -> Self {
        self.signer = Some(AnySigner::new(signer));
        self
    }

    /// Verifies by something else than the platform keys held here.
    pub fn verifier(mut self, verifier: impl Verifier) -> Self {
        self.verifier = Some(AnyVerifier::new(verifier));
        self
    }

    /// The WeChat Pay public key and its id, which begins with `PUB_KEY_ID_`; any number of times.
    pub fn platform_key(mut self, id: impl Into<String>, key: PublicKey) -> Self {
        self.platform_keys.push((id.into(), key));
        self
    }

    /// A platform certificate; any number of times. Its serial is read from it.
    ///
    /// One that has ended, or not begun, is a `Config` error. One that ends while the client is in use is not named in requests any more, and
    /// neither encrypts nor verifies; if nothing else is held, calls are `Config` errors that say so, and nothing is sent.
    pub fn platform_certificate(mut self, certificate: Certificate) -> Self {
        self.platform_certificates.push(certificate);
        self
    }

    /// The APIv3 key of the merchant platform, 32 characters of ASCII: for notifications and platform certificates.
    pub fn api_v3_key(mut self, key: impl Into<String>) -> Self {
        self.api_v3_key = Some(Secret::new(key));
        self
    }

    /// The APIv2 key of the merchant platform, 32 characters of ASCII: for APIv2, and the few HMAC signatures of the client side.
    pub fn secret(mut self, key: impl Into<String>) -> Self {
        self.secret = Some(Secret::new(key));
        self
    }

    /// Refuses answers of APIv2 that are signed by MD5, which servers have given even to requests signed by HMAC-SHA256.
    #[cfg(feature = "v2")]
    #[cfg_attr(docsrs, doc(cfg(feature = "v2")))]
    pub fn require_hmac_sha256(mut self) -> Self {
        self.hmac_only = true;
        self
    }

    /// Where calls go; the default is `https://api.mch.weixin.qq.com/`. A missing final `/` is added.
    ///
    /// The default's own host keeps its backup, however it is written and with a path too (`https://api.mch.weixin.qq.com/hk/`); another host has
    /// none but what [`backup_uri`](Self::backup_uri) names. A way out of a network that is no host of WeChat Pay is no base URI but an
    /// [`egress`](Self::egress): what is signed is the path behind the host, and bills come from hosts of their own.
    pub fn base_uri(mut self, base_uri: impl Into<String>) -> Self {
        self.base_uri = Some(base_uri.into());
        self
    }

    /// The deadline of a whole call, everything included; the default is 30 seconds. Once it has passed nothing is sent any more.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often calls are tried, and how long is waited in between; see [`Retry`](crate::Retry) for the default.
    pub fn retry(mut self, retry: crate::error::retry::Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// How far an answer's timestamp may be from the local clock; the default is 300 seconds.
    pub fn timestamp_window(mut self, window: Duration) -> Self {
        self.timestamp_window = Some(window);
        self
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("mchid", &self.mchid)
            .field("brand_id", &self.brand_id)
            .field("serial", &self.serial)
            .field("platform_keys", &self.platform_keys)
            .field("platform_certificates", &self.platform_certificates)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
