//! The settings of a client that are about sending: certificates that are fetched, hosts, limits, TLS, proxies, layers.

use std::sync::Arc;
use std::time::Duration;

use super::builder::ClientBuilder;
#[cfg(feature = "tls")]
use crate::crypto::secret::Secret;
use crate::error::BoxError;
use crate::exchange::stack::Stack;
#[cfg(feature = "tls")]
use crate::transport::proxy::Proxy;
use crate::trust::certificates::persistence::CertificateStore;
use crate::trust::certificates::refresh::INTERVAL;

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
    pub fn certificate_store(mut self, store: impl CertificateStore) -> Self {
        self.network.certificate_store = Some(Arc::new(store));
        self
    }

    /// The longest time between two downloads of the platform certificates, from a minute to 12 hours, the default.
    pub fn certificate_interval(mut self, interval: Duration) -> Self {
        self.network.certificate_interval = Some(interval.clamp(Duration::from_secs(60), INTERVAL));
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
        self.network.backup_uris.push(uri.into());
        self
    }

    /// For how long a host that failed is left alone; the default is three minutes.
    pub fn failover_cooldown(mut self, time: Duration) -> Self {
        self.network.failover_cooldown = Some(time);
        self
    }

    /// How many calls may be under way at once; others wait for their turn, within their deadline. The default is no limit.
    ///
    /// A download counts until its head is there.
    pub fn max_concurrent(mut self, calls: usize) -> Self {
        self.network.max_concurrent = Some(calls);
        self
    }

    /// How long name resolution, connection and TLS handshake may take together; the default is 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// The most bytes of an answer that are read; the default is 16 MiB. A longer answer is a `Transport` error.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.network.transport.response_limit = bytes;
        self
    }

    /// Connects to https hosts by way of this proxy, `http://host:port` or `http://user:password@host:port`, with `CONNECT`.
    ///
    /// Without it the environment decides, as for curl: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`; this machine itself is always reached directly.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn proxy(mut self, uri: impl Into<String>) -> Self {
        self.network.transport.proxy = Proxy::Given(Secret::new(uri));
        self
    }

    /// Uses no proxy, whatever the environment says.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn no_proxy(mut self) -> Self {
        self.network.transport.proxy = Proxy::None;
        self
    }

    /// Trusts another CA beside Mozilla's, for gateways and tests; PEM, one or more certificates.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.network.transport.root_certificates.push(pem.into());
        self
    }

    /// Puts a tower layer around signing and verifying; the first added is outermost.
    ///
    /// A retry in it signs anew. Our own [`Error`](crate::Error) coming back boxed is unboxed, any other becomes one of the kind
    /// `Middleware`. A layer cannot forge the proof of verification: an answer it changes is no longer verified.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
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
        L: tower_layer::Layer<Stack> + Send + 'static,
        L::Service: tower_service::Service<http::Request<bytes::Bytes>, Response = http::Response<bytes::Bytes>>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as tower_service::Service<http::Request<bytes::Bytes>>>::Error: Into<BoxError>,
        <L::Service as tower_service::Service<http::Request<bytes::Bytes>>>::Future: Send,
    {
        self.network.layers.push(Box::new(move |stack| Stack::new(layer.layer(stack))));
        self
    }
}
