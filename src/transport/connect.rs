//! TCP and TLS connections, made within one timeout for name, connection and handshake together.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tower_service::Service;

use super::driver::Driver;
use super::runtime;
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

    /// One whose connections this driver's runtime drives.
    pub(crate) fn driven(self, driver: Driver) -> DrivenConnector {
        DrivenConnector(Arc::new((self, driver)))
    }
}

/// A connector of one runtime. Cheap to clone: hyper-util does so for each call, and most calls make no connection.
#[derive(Clone, Debug)]
pub(crate) struct DrivenConnector(Arc<(Connector, Driver)>);

impl Service<Uri> for DrivenConnector {
    type Response = WatchedStream<<Inner as Service<Uri>>::Response>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    /// hyper-util's connector is asked when it connects.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let is_tls = uri.scheme_str() == Some("https");
        let DrivenConnector(this) = self.clone();
        Box::pin(async move {
            let (Connector { inner, timeout, present }, driver) = &*this;
            let (mut inner, timeout, present) = (inner.clone(), *timeout, *present);
            let connect = async {
                poll_fn(|cx| inner.poll_ready(cx)).await?;
                inner.call(uri).await
            };
            let mut connecting = pin!(async { tokio::time::timeout(timeout, connect).await });
            // hyper-util asks tokio's clock here too: for each address, and between IPv6 and IPv4.
            let connected = poll_fn(|cx| match driver.while_open(|| connecting.as_mut().poll(cx)) {
                Some(step) => step.map(Some),
                None => Poll::Ready(None),
            });
            let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("not connected within {timeout:?}"));
            let connection = connected.await.ok_or_else(runtime::shut_down_meanwhile)?.map_err(late)??;
            Ok(WatchedStream::new(connection, is_tls, present))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use tokio::runtime::Builder;

    use super::*;

    /// Connecting is polled by whoever makes a call, at any moment of the runtime's end.
    #[test]
    fn a_connection_begun_before_its_runtime_shut_down_is_an_error_and_no_panic() {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let driver = Driver::over(runtime.handle().clone());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri: Uri = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let mut connector = Connector::new(&Connecting::default(), None).unwrap().driven(driver.clone());
        let _context = driver.enter();
        let connecting = connector.call(uri);
        runtime.shutdown_background();
        while !driver.is_shut() {
            std::thread::yield_now();
        }
        let error = Builder::new_current_thread().build().unwrap().block_on(connecting).map(drop).unwrap_err();
        assert!(error.to_string().contains("shut down"), "{error}");
    }
}
