//! The settings of a client that are about sending: certificates that are fetched, hosts, limits, TLS, proxies, layers.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::builder::ClientBuilder;
#[cfg(feature = "tls")]
use crate::crypto::secret::Secret;
use crate::error::{BoxError, Error, Result};
use crate::exchange::stack::Stack;
use crate::transport::egress::Egress;
use crate::transport::hyper_service::HyperService;
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
    /// [`platform_key`](Self::platform_key). Both may be given, as during a switch. A brand has the public key only: with
    /// [`brand_id`](Self::brand_id) it is a `Config` error.
    pub fn auto_certificates(mut self) -> Self {
        self.auto_certificates = true;
        self
    }

    /// Keeps fetched certificates over a restart, such as in a
    /// [`CertificateDirectory`](crate::CertificateDirectory).
    ///
    /// They are saved in the background once they are fetched, and no call waits for it: a program that ends right after
    /// its first call may fetch them again next time.
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
    /// A call that could not be sent to one host, because it was not reached or lost before the first byte, goes to the next at once,
    /// whatever its verb; one that broke after it was sent only as
    /// a [retry](crate::Retry) may. A host that cannot be reached, or breaks three calls in a row, is left alone for three minutes; then one call
    /// tries it. Never on an answer, whatever its status. The default pair is `https://api.mch.weixin.qq.com/` and
    /// `https://api2.mch.weixin.qq.com/`, with the path of the `base_uri`; with another host in the `base_uri` there is no backup unless given here.
    /// [`Client::hosts`](crate::Client::hosts) tells which are available. Calls with a `base_uri` of their own stay with it.
    pub fn backup_uri(mut self, uri: impl Into<String>) -> Self {
        self.network.backup_uris.push(uri.into());
        self
    }

    /// The way out of a merchant's network: what is meant for `host` goes to `url` instead; any number of times.
    ///
    /// `host` is a name alone (`api.mch.weixin.qq.com`), in any case and for every port, or `*` for every host without a line of its own. `url` is
    /// `http://` or `https://` with a path or without; its path is put before ours and is not signed, so the proxy there takes it off
    /// again. Without a line that fits, a host is reached directly. It is for everything that a client sends: calls of APIv3 and APIv2, the
    /// backup host, a call's own `base_uri`, downloads, platform certificates and [`warm_up`](crate::Client::warm_up). In the
    /// environment: `WECHATPAY_EGRESS`, `host=url,host=url`.
    ///
    /// On the wire `Host` names the way out, and with every line `X-Forwarded-Host` the real host. Everything else goes by the real host: the
    /// signature, which hosts a download may name, what [layers](Self::layer) and [`to_request`](crate::Chain::to_request) see, [`hosts`](crate::Client::hosts) and
    /// [`attempts`](crate::Response::attempts). So two hosts with the same way out count as two, and failing over asks it again with the other name.
    /// A [`proxy`](Self::proxy) is asked for the URL as for any other, and TLS is that of the URL's host. Over an `http` URL, for
    /// the network of the merchant's own, answers are verified as ever; a call that presents the merchant certificate cannot go that way and is
    /// a `Config` error.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # fn main() -> wechatpay_chain::Result<()> {
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(http::Method::GET, "v3/certificates").reply(serde_json::json!({"data": []}));
    /// # let url = gateway.url(); // instead of http://10.0.0.5:8080/wxpay/
    /// let wxpay = gateway.builder().base_uri("https://api.mch.weixin.qq.com/").egress("api.mch.weixin.qq.com", url).build()?;
    /// let response = wxpay.chain("v3/certificates").get()?;
    /// assert_eq!(response.attempts()[0].host(), "api.mch.weixin.qq.com");
    /// # Ok(())
    /// # }
    /// ```
    pub fn egress(mut self, host: impl Into<String>, url: impl Into<String>) -> Self {
        self.network.egress.push((host.into(), url.into()));
        self
    }

    /// Takes a setting about the network from the variable of this name, and checks it here, where that can be named.
    pub(super) fn network_text(self, name: &str, value: &str) -> Result<Self> {
        match name {
            "EGRESS" => self.egress_lines(value),
            #[cfg(feature = "tls")]
            "CA" => Ok(self.root_certificate(crate::keys::identity::authorities(value)?)),
            _ => Ok(self),
        }
    }

    /// The lines of `host=url,host=url`.
    fn egress_lines(mut self, text: &str) -> Result<Self> {
        let mut lines = Vec::new();
        for line in text.split(',') {
            let (host, url) = line.split_once('=').ok_or_else(|| {
                Error::config("a line without `=`, expected `host=url`, or several of them parted by commas")
            })?;
            lines.push((host.trim().to_owned(), url.trim().to_owned()));
        }
        Egress::new(&lines)?;
        self.network.egress.extend(lines);
        Ok(self)
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
        self.network.transport.own.response_limit = Some(bytes);
        self
    }

    /// Sends over the connections of this service, which other clients may be given too.
    ///
    /// Without it a client shares its connections with all whose settings of connecting are equal (connect timeout, roots, proxy), as long as one
    /// of them lives: nothing in a connection to the gateway belongs to a merchant. Connections on which
    /// [`merchant_identity`](Self::merchant_identity) is presented are always the client's own. The service's settings count, but for `response_limit`
    /// and `egress`, which a client may have of its own; another setting of connecting beside it is a `Config` error.
    ///
    /// ```
    /// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/merchant_key.pem"));
    /// # let platform = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wechatpay_public.pem"));
    /// # use wechatpay_chain::{Client, PrivateKey, PublicKey};
    /// use wechatpay_chain::HyperService;
    ///
    /// let apart = HyperService::new()?; // connections that nobody else uses
    /// let wxpay = Client::builder()
    ///     .transport(apart)
    /// #   .mchid("1900000109")
    /// #   .serial("3775B6A45ACD588826D15E583A95F5DD3775B6A4")
    /// #   .private_key(PrivateKey::from_pem(pem)?)
    /// #   .platform_key("PUB_KEY_ID_0114232134912410000000000000", PublicKey::from_pem(platform)?)
    ///     .build()?;
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn transport(mut self, service: HyperService) -> Self {
        self.network.service = Some(service);
        self
    }

    /// Lets this runtime drive connections and timers, instead of the background thread.
    ///
    /// Then a call that is awaited on that runtime wakes no other thread. It must have timers and I/O (`enable_all()`) and be running while
    /// calls are made: one of a single thread runs as long as somebody is in its `block_on`. Calls may come from anywhere, as ever: from other
    /// runtimes, other executors, and by the blocking verbs from any thread; a blocking verb on a thread of that very runtime would wait for
    /// itself, so it goes by way of the background thread. A thread of it that is blocked on a call's future by another executor, such as
    /// futures' `block_on`, keeps back what it would have to run for that call, which then ends at its deadline. Clients share connections if their runtime is the same too.
    ///
    /// A connection that the gateway closed while nobody ran that runtime, or while its only thread was busy, may still be taken for the next
    /// call, which then ends as `Transport`, for a write with an open outcome, as with hyper alone; the background thread notices it in time.
    ///
    /// Calls sign where they are polled: many begun at once on a runtime of a single thread keep it from its sockets and timers for as long.
    ///
    /// Once the runtime is shut down, a call is a `Config` error and nothing is sent; a call that was under way ends as one whose
    /// connection broke, a `Transport` error, by whose [`outcome_unknown`](crate::Error::outcome_unknown) it is to be judged.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> wechatpay_chain::Result<()> {
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(http::Method::GET, "v3/certificates").reply(serde_json::json!({"data": []}));
    /// let wxpay = gateway.builder().runtime(tokio::runtime::Handle::current()).build()?;
    /// let response = wxpay.chain("v3/certificates").get_async().await?;
    /// # assert_eq!(response.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn runtime(mut self, handle: Handle) -> Self {
        self.network.transport.connecting.runtime = Some(handle);
        self
    }

    /// Connects to https hosts by way of this proxy: `http://host:port`, with `CONNECT`, or `socks5://host:port` (or `socks5h`).
    ///
    /// User and password go before the host, `user:password@`, percent-encoded. A proxy of SOCKS5 resolves the names of hosts itself, under either
    /// name; its port is 1080 where none is given. Proxies of other kinds (`https`, SOCKS4) are a `Config` error.
    ///
    /// Without it the environment decides, as for curl: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`; one that cannot be used is a `Config` error if the
    /// client's hosts would be reached by it. This machine itself is always reached directly.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn proxy(mut self, uri: impl Into<String>) -> Self {
        self.network.transport.connecting.proxy = Proxy::Given(Secret::new(uri));
        self
    }

    /// Uses no proxy, whatever the environment says.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn no_proxy(mut self) -> Self {
        self.network.transport.connecting.proxy = Proxy::None;
        self
    }

    /// Trusts another CA beside Mozilla's, for gateways and tests; PEM, one or more certificates, of keys of any kind.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.network.transport.connecting.root_certificates.push(pem.into());
        self
    }

    /// How a client with these settings reaches hosts, for tools that look at each step by themselves.
    ///
    /// # Errors
    ///
    /// `Config`, for lines of [`egress`](Self::egress) that cannot be used.
    #[cfg(feature = "inspect")]
    #[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
    pub fn network(&self) -> Result<crate::transport::network::Network> {
        let mut settings = self.network.transport.clone();
        settings.own.egress = Some(Egress::new(&self.network.egress)?);
        settings.connecting.connect_timeout = self.connect_timeout.unwrap_or(settings.connecting.connect_timeout);
        Ok(crate::transport::network::Network::new(settings))
    }

    /// Puts a tower layer around signing and verifying; the first added is outermost.
    ///
    /// A retry in it signs anew. Our own [`Error`](crate::Error) coming back boxed is unboxed, any other becomes one of the kind
    /// `Middleware`. A layer cannot forge the proof of verification: an answer it changes is no longer verified.
    ///
    /// A call whose time is over while a layer still holds its request, as in a queue, was not sent: a `Timeout` with a known outcome. What the
    /// layer passes on after that is refused. A layer that takes the request apart (its extensions, too, must go along) leaves the outcome of
    /// a write unknown; one that sends a copy by a client of its own cannot be seen, and must say so by an error of its own.
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
