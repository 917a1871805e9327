//! TCP and TLS connections, made within one timeout for name, connection and handshake together.

use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tower_service::Service;

use super::settings::Connecting;
use super::watched::WatchedStream;
use crate::crypto::secret::Secret;
use crate::error::{BoxError, Result};
use crate::keys::signer::BoxFuture;

#[cfg(feature = "tls")]
type Inner = hyper_rustls::HttpsConnector<super::proxy::Proxied>;
#[cfg(not(feature = "tls"))]
type Inner = HttpConnector;

/// hyper-util's connector, with TLS where the feature is on, under a timeout.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    inner: Inner,
    timeout: Duration,
    present: bool,
}

impl Connector {
    /// With an identity, one that presents the merchant certificate.
    #[cfg_attr(not(feature = "tls"), allow(clippy::unnecessary_wraps))]
    pub(crate) fn new(connecting: &Connecting, identity: Option<&(String, Secret)>) -> Result<Self> {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.set_connect_timeout(Some(connecting.connect_timeout));
        #[cfg(feature = "tls")]
        let inner = {
            http.enforce_http(false);
            super::tls::connector(http, connecting, identity)?
        };
        #[cfg(not(feature = "tls"))]
        let inner = http;
        Ok(Self { inner, timeout: connecting.connect_timeout, present: identity.is_some() })
    }
}

impl Service<Uri> for Connector {
    type Response = WatchedStream<<Inner as Service<Uri>>::Response>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let is_tls = uri.scheme_str() == Some("https");
        let (connecting, timeout, present) = (self.inner.call(uri), self.timeout, self.present);
        Box::pin(async move {
            let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("not connected within {timeout:?}"));
            let connection = tokio::time::timeout(timeout, connecting).await.map_err(late)??;
            Ok(WatchedStream::new(connection, is_tls, present))
        })
    }
}
