//! The settings of a client; `config.rs` checks them.

use std::fmt;
use std::time::Duration;

use crate::certificate::Certificate;
use crate::keys::{PrivateKey, PublicKey};
use crate::secret::Secret;
use crate::signer::{AnySigner, AnyVerifier, Signer, Verifier};

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
    pub(crate) signer: Option<AnySigner>,
    pub(crate) verifier: Option<AnyVerifier>,
    pub(crate) platform_keys: Vec<(String, PublicKey)>,
    pub(crate) platform_certificates: Vec<Certificate>,
    pub(crate) api_v3_key: Option<Secret>,
    pub(crate) secret: Option<Secret>,
    pub(crate) hmac_only: bool,
    /// `merchant_identity` was given and checked.
    pub(crate) has_identity: bool,
    pub(crate) base_uri: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<crate::retry::Retry>,
    pub(crate) timestamp_window: Option<Duration>,
    /// Only a transport can fetch them.
    pub(crate) auto_certificates: bool,
    #[cfg(feature = "_transport")]
    pub(crate) certificate_store: Option<std::sync::Arc<dyn crate::certificates::CertificateStore>>,
    #[cfg(feature = "_transport")]
    pub(crate) certificate_interval: Option<Duration>,
    #[cfg(feature = "_transport")]
    pub(crate) backup_uris: Vec<String>,
    #[cfg(feature = "_transport")]
    pub(crate) failover_cooldown: Option<Duration>,
    #[cfg(feature = "_transport")]
    pub(crate) max_concurrent: Option<usize>,
    #[cfg(feature = "_transport")]
    pub(crate) transport: crate::transport::Settings,
    #[cfg(feature = "_transport")]
    pub(crate) layers: Vec<crate::stack::Wrap>,
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

    /// The serial of the merchant API certificate, 40 hexadecimal digits.
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
    pub fn merchant_identity(mut self, cert_pem: impl Into<String>, key_pem: impl Into<String>) -> Self {
        self.merchant_identity = Some((cert_pem.into(), Secret::new(key_pem)));
        self
    }

    /// An identity that need not be the one of `serial` and `private_key`, which tests replace.
    #[cfg(feature = "mock")]
    pub(crate) fn present(mut self, cert_pem: &str, key_pem: &str) -> Self {
        self.has_identity = true;
        #[cfg(feature = "_transport")]
        {
            self.transport.identity = Some((cert_pem.to_owned(), Secret::new(key_pem)));
        }
        #[cfg(not(feature = "_transport"))]
        let _ = (cert_pem, key_pem);
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

    /// The WeChat Pay public key and its id, `PUB_KEY_ID_…`; any number of times.
    pub fn platform_key(mut self, id: impl Into<String>, key: PublicKey) -> Self {
        self.platform_keys.push((id.into(), key));
        self
    }

    /// A platform certificate; any number of times. Its serial is read from it.
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
    pub fn retry(mut self, retry: crate::retry::Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// How far an answer's timestamp may be from the local clock; the default is 300 seconds.
    pub fn timestamp_window(mut self, window: Duration) -> Self {
        self.timestamp_window = Some(window);
        self
    }
}

#[cfg(feature = "_transport")]
impl ClientBuilder {
    /// Fetches WeChat Pay's platform certificates with the APIv3 key when they are first needed, and keeps them fresh.
    ///
    /// They are fetched again every twelve hours at the latest, and at once when an answer names an unknown serial (then
    /// at most once a minute). A failure keeps the old ones; see [`Client::certificates`](crate::Client::certificates).
    /// For merchants that still have platform certificates; those with the WeChat Pay public key give
    /// [`platform_key`](Self::platform_key). Both may be given, as during a switch.
    pub fn auto_certificates(mut self) -> Self {
        self.auto_certificates = true;
        self
    }

    /// Keeps fetched certificates over a restart, such as in a
    /// [`CertificateDirectory`](crate::CertificateDirectory).
    pub fn certificate_store(mut self, store: impl crate::certificates::CertificateStore) -> Self {
        self.certificate_store = Some(std::sync::Arc::new(store));
        self
    }

    /// The longest time between two downloads of the platform certificates, from a minute to 12 hours, the default.
    pub fn certificate_interval(mut self, interval: Duration) -> Self {
        self.certificate_interval = Some(interval.clamp(Duration::from_secs(60), crate::refresh::INTERVAL));
        self
    }

    /// A host to fail over to, in the order given; any number of times.
    ///
    /// A call that could not be sent to one host goes to the next at once, whatever its verb; one that broke after it was sent only as
    /// a [retry](crate::Retry) may. A host that cannot be reached, or breaks three calls in a row, is left alone for three minutes; then one call
    /// tries it. Never on an answer, whatever its status. The default pair is `https://api.mch.weixin.qq.com/` and
    /// `https://api2.mch.weixin.qq.com/`; with another `base_uri` there is no backup unless given here. [`Client::hosts`](crate::Client::hosts) tells which
    /// are available. Calls with a `base_uri` of their own stay with it.
    pub fn backup_uri(mut self, uri: impl Into<String>) -> Self {
        self.backup_uris.push(uri.into());
        self
    }

    /// For how long a host that failed is left alone; the default is three minutes.
    pub fn failover_cooldown(mut self, time: Duration) -> Self {
        self.failover_cooldown = Some(time);
        self
    }

    /// How many calls may be under way at once; others wait for their turn, within their deadline. The default is no limit.
    ///
    /// A download counts until its head is there.
    pub fn max_concurrent(mut self, calls: usize) -> Self {
        self.max_concurrent = Some(calls);
        self
    }

    /// How long name resolution, connection and TLS handshake may take together; the default is 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.transport.connect_timeout = timeout;
        self
    }

    /// The most bytes of an answer that are read; the default is 16 MiB. A longer answer is a `Transport` error.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.transport.response_limit = bytes;
        self
    }

    /// Connects to https hosts by way of this proxy, `http://host:port` or `http://user:password@host:port`, with `CONNECT`.
    ///
    /// Without it the environment decides, as for curl: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`; this machine itself is always reached directly.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn proxy(mut self, uri: impl Into<String>) -> Self {
        self.transport.proxy = crate::proxy::Proxy::Given(Secret::new(uri));
        self
    }

    /// Uses no proxy, whatever the environment says.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn no_proxy(mut self) -> Self {
        self.transport.proxy = crate::proxy::Proxy::None;
        self
    }

    /// Trusts another CA beside Mozilla's, for gateways and tests; PEM, one or more certificates.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.transport.root_certificates.push(pem.into());
        self
    }

    /// Puts a tower layer around signing and verifying; the first added is outermost.
    ///
    /// A retry in it signs anew. Our own [`Error`](crate::Error) coming back boxed is unboxed, any other becomes one of the kind
    /// `Middleware`. A layer cannot forge the proof of verification: an answer it changes is no longer verified.
    ///
    /// ```
    /// use std::time::Duration;
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(http::Method::GET, "v3/certificates").fault(wechatpay_chain::mock::Fault::Slow(Duration::from_secs(9)));
    /// let wxpay = gateway.builder().layer(tower::timeout::TimeoutLayer::new(Duration::from_millis(50))).build()?;
    /// let error = wxpay.chain("v3/certificates").get().unwrap_err();
    /// assert_eq!(error.kind(), wechatpay_chain::ErrorKind::Middleware);
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: tower_layer::Layer<crate::stack::Stack> + Send + 'static,
        L::Service: tower_service::Service<http::Request<bytes::Bytes>, Response = http::Response<bytes::Bytes>>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as tower_service::Service<http::Request<bytes::Bytes>>>::Error: Into<crate::BoxError>,
        <L::Service as tower_service::Service<http::Request<bytes::Bytes>>>::Future: Send,
    {
        self.layers.push(Box::new(move |stack| crate::stack::Stack::new(layer.layer(stack))));
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
