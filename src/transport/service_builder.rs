//! The settings of a [`HyperService`] of one's own.

use std::fmt;
use std::time::Duration;

use tokio::runtime::Handle;

use super::egress::Egress;
use super::hyper_service::HyperService;
#[cfg(feature = "tls")]
use super::proxy::Proxy;
use super::settings::Settings;
use super::shared::Pool;
#[cfg(feature = "tls")]
use crate::crypto::secret::Secret;
use crate::error::{Error, Result};

/// The settings of a [`HyperService`] with connections of its own; each means what it means in [`ClientBuilder`](crate::ClientBuilder).
///
/// ```
/// use std::time::Duration;
/// use wechatpay_chain::HyperService;
///
/// let service = HyperService::builder().connect_timeout(Duration::from_secs(2)).response_limit(1 << 20).build()?;
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until `.build()` is called"]
pub struct HyperServiceBuilder {
    settings: Settings,
    egress: Vec<(String, String)>,
}

impl HyperService {
    /// A service with connections of its own and the defaults: Mozilla's roots, five seconds to connect, answers of at most 16 MiB.
    ///
    /// # Errors
    ///
    /// `Config`, when the TLS library cannot be set up.
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// A service with connections of its own and settings of your own, by the names that they have in [`ClientBuilder`](crate::ClientBuilder).
    pub fn builder() -> HyperServiceBuilder {
        HyperServiceBuilder::default()
    }
}

impl HyperServiceBuilder {
    /// How long name resolution, connection and TLS handshake may take together; the default is 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connecting.connect_timeout = timeout;
        self
    }

    /// The most bytes of an answer that are read; the default is 16 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.settings.own.response_limit = Some(bytes);
        self
    }

    /// What is meant for `host` goes to `url` instead; see [`ClientBuilder::egress`](crate::ClientBuilder::egress).
    pub fn egress(mut self, host: impl Into<String>, url: impl Into<String>) -> Self {
        self.egress.push((host.into(), url.into()));
        self
    }

    /// Connects to https hosts by way of this proxy; see [`ClientBuilder::proxy`](crate::ClientBuilder::proxy).
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn proxy(mut self, uri: impl Into<String>) -> Self {
        self.settings.connecting.proxy = Proxy::Given(Secret::new(uri));
        self
    }

    /// Uses no proxy, whatever the environment says.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn no_proxy(mut self) -> Self {
        self.settings.connecting.proxy = Proxy::None;
        self
    }

    /// Trusts another CA beside Mozilla's; PEM, one or more certificates.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.settings.connecting.root_certificates.push(pem.into());
        self
    }

    /// Lets this runtime drive connections and timers; see [`ClientBuilder::runtime`](crate::ClientBuilder::runtime).
    pub fn runtime(mut self, handle: Handle) -> Self {
        self.settings.connecting.runtime = Some(handle);
        self
    }

    /// Makes the service; touches no network.
    ///
    /// # Errors
    ///
    /// `Config`, naming the setting and what is expected.
    pub fn build(mut self) -> Result<HyperService> {
        if self.settings.connecting.connect_timeout.is_zero() {
            return Err(Error::config("connect_timeout is zero, expected some time"));
        }
        self.settings.own.egress = Some(Egress::new(&self.egress)?);
        HyperService::over(Pool::new(self.settings.connecting)?, self.settings.own)
    }
}

impl fmt::Debug for HyperServiceBuilder {
    /// Without the URLs of the egress: before they are checked, a password may stand in one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperServiceBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}
