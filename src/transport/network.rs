//! How a client reaches a host, for tools that look at each step by themselves.

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Uri};
use rustls::RootCertStore;

use super::hyper_service::HyperService;
use super::settings::Settings;
use super::shared::Pool;
use super::tls;
use crate::error::{Error, Result};

/// How a client with these settings reaches hosts: by which way, by which proxy, trusting whom; from
/// [`ClientBuilder::network`](crate::ClientBuilder::network).
///
/// ```
/// let network = wechatpay_chain::Client::builder().proxy("http://10.0.0.1:3128").network()?;
/// let route = network.route("https://api.mch.weixin.qq.com/")?;
/// let via = route.via().expect("the proxy is for every host");
/// assert_eq!((route.to().host(), via.uri().to_string()), (Some("api.mch.weixin.qq.com"), "http://10.0.0.1:3128/".to_owned()));
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Network {
    settings: Settings,
}

/// The way to a URL.
#[derive(Clone, Debug)]
pub struct Route {
    to: Uri,
    via: Option<Via>,
}

/// The proxy on the way.
#[derive(Clone)]
pub struct Via {
    uri: Uri,
    authorization: Option<HeaderValue>,
}

impl Network {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// What sends requests as the client does, one exchange each: no signature, no second host, nothing sent twice.
    ///
    /// # Errors
    ///
    /// `Config`, for certificates or a proxy that cannot be used.
    pub fn service(&self) -> Result<HyperService> {
        HyperService::over(Pool::new(self.settings.connecting.clone())?, self.settings.own.clone())
    }

    /// The way to a URL: the URL that takes its place by an [`egress`](crate::ClientBuilder::egress), and the proxy in force.
    ///
    /// # Errors
    ///
    /// `Request` for what is no absolute URL; `Config` for a proxy that cannot be used, naming the setting or the variable.
    pub fn route(&self, url: &str) -> Result<Route> {
        let uri: Uri = url.parse().map_err(|error| Error::request("no absolute URL").with_source(error))?;
        let instead = self.settings.own.egress.as_ref().map(|egress| egress.instead_of(&uri)).transpose()?.flatten();
        let to = instead.unwrap_or(uri);
        let via = self.settings.connecting.proxy.rules()?.find(&to)?;
        let via = via.map(|via| Via { uri: via.uri().clone(), authorization: via.basic_auth().cloned() });
        Ok(Route { to, via })
    }

    /// The certificates that a server's chain may end at: Mozilla's, and those given.
    ///
    /// # Errors
    ///
    /// `Config`, for a given one that cannot be used.
    pub fn trust_roots(&self) -> Result<Arc<RootCertStore>> {
        tls::roots(&self.settings.connecting.root_certificates)
    }
}

impl Route {
    /// Where requests for the URL are sent.
    pub fn to(&self) -> &Uri {
        &self.to
    }

    /// The proxy on the way, if one is in force.
    pub fn via(&self) -> Option<&Via> {
        self.via.as_ref()
    }
}

impl Via {
    /// Its URI, without user and password.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The `Proxy-Authorization` that it asks for, where user and password were given.
    pub fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }
}

impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Via").field("uri", &self.uri).finish_non_exhaustive()
    }
}
