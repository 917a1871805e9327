//! Connections by way of a proxy: `CONNECT` to the host, with credentials where there are some. hyper-util knows the rules.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use tower_service::Service;

use crate::crypto::secret::Secret;
use crate::error::{BoxError, Error, Result};
use crate::keys::signer::BoxFuture;
use crate::uri::base_uri::BaseUri;

/// Which proxy a client uses for https.
#[derive(Clone, Debug, Default)]
pub(crate) enum Proxy {
    /// What `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say; for this machine itself none.
    #[default]
    Environment,
    None,
    /// This one, for every host.
    Given(Secret),
}

impl Proxy {
    fn matcher(&self) -> Result<Option<Matcher>> {
        match self {
            Self::None => Ok(None),
            Self::Environment => Ok(Some(Matcher::from_env())),
            Self::Given(uri) => {
                // Not quoted: it may have a password in it.
                let bad = || {
                    Error::config("proxy is no URI, expected `http://host:port` or `http://user:password@host:port`")
                };
                let parsed: Uri = uri.expose().parse().map_err(|_| bad())?;
                let authority = parsed.authority().ok_or_else(bad)?.as_str();
                let (credentials, host) = authority.rsplit_once('@').unwrap_or(("", authority));
                let is_host = BaseUri::parse(&format!("http://{host}/")).is_ok();
                if parsed.scheme_str() != Some("http") || !is_host {
                    return Err(bad());
                }
                if credentials.contains('@') {
                    return Err(Error::config("proxy has two `@`, expected `%40` in the user or the password"));
                }
                Ok(Some(Matcher::builder().https(uri.expose()).build()))
            }
        }
    }
}

/// A connector that goes by way of a proxy where one is in force.
#[derive(Clone)]
pub(crate) struct Proxied {
    http: HttpConnector,
    matcher: Option<Arc<Matcher>>,
    /// The proxy was given, so it is for this machine too.
    given: bool,
}

impl Proxied {
    pub(crate) fn new(http: HttpConnector, proxy: &Proxy) -> Result<Self> {
        let given = matches!(proxy, Proxy::Given(_));
        Ok(Self { http, matcher: proxy.matcher()?.map(Arc::new), given })
    }

    fn tunnel(&self, uri: &Uri) -> Result<Option<Tunnel<HttpConnector>>, BoxError> {
        if uri.scheme_str() != Some("https") || !self.given && is_here(uri) {
            return Ok(None);
        }
        let Some(found) = self.matcher.as_ref().and_then(|matcher| matcher.intercept(uri)) else { return Ok(None) };
        if found.uri().scheme_str() != Some("http") {
            return Err(
                "the proxy of the environment is not an http one, which is the only kind that is supported".into()
            );
        }
        let tunnel = Tunnel::new(found.uri().clone(), self.http.clone());
        Ok(Some(match found.basic_auth() {
            Some(credentials) => tunnel.with_auth(credentials.clone()),
            None => tunnel,
        }))
    }
}

/// Whether a URI names this machine.
fn is_here(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Service<Uri> for Proxied {
    type Response = <HttpConnector as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.http.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let tunnel = match self.tunnel(&uri) {
            Ok(tunnel) => tunnel,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        if let Some(mut tunnel) = tunnel {
            return Box::pin(async move { Ok(tunnel.call(uri).await?) });
        }
        let connecting = self.http.call(uri);
        Box::pin(async move { Ok(connecting.await?) })
    }
}

impl fmt::Debug for Proxied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxied").field("given", &self.given).finish_non_exhaustive()
    }
}
