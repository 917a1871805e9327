//! What the first call would otherwise pay for: the background thread, keys, the crypto library's own preparations, a connection.

use bytes::Bytes;
use http::Method;
use http::header::USER_AGENT;

use super::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::engine::Engine;
use crate::exchange::pending::Pending;
use crate::transport::timer;

impl Client {
    /// Prepares what the first call would otherwise wait for, such as when a server starts or a first customer is near.
    ///
    /// Starts the background thread, unless a [`runtime`](crate::ClientBuilder::runtime) was given; fetches the platform certificates, with `.auto_certificates()` and none held; makes one signature, which is
    /// thrown away, because the crypto library prepares itself, and the key, at the first; and opens a connection by a `HEAD /` without `Authorization`, whose
    /// answer is not looked at. The connection is kept for seven idle seconds, its TLS session longer. A [`Signer`](crate::Signer) of your own is not asked.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// let wxpay = gateway.client()?;
    /// wxpay.warm_up()?;
    /// assert!(gateway.calls().is_empty()); // the stand-in does not count it as a call
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Connect`, `Timeout` or `Transport`, when the gateway cannot be reached; those of a download of certificates. The client can be used all the same.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn warm_up(&self) -> Result<()> {
        self.warming_up().wait()
    }

    /// The same; the signature is made on the thread that polls the future.
    ///
    /// # Errors
    ///
    /// As [`warm_up`](Self::warm_up).
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub fn warm_up_async(&self) -> Pending<()> {
        self.warming_up()
    }

    fn warming_up(&self) -> Pending<()> {
        let engine = std::sync::Arc::clone(self.engine());
        let drive = engine.sender.hyper.drive().clone();
        Pending::new(drive, async move { warm_up(&engine).await })
    }
}

async fn warm_up(engine: &Engine) -> Result<()> {
    if let (Some(v3), Some(key)) = (&engine.credentials, &engine.merchant.private_key) {
        if !v3.remote {
            key.sign(b"warm up")?;
        }
    }
    let timeout = engine.merchant.timeout;
    let driver = engine.sender.hyper.drive().driver()?;
    let late = || Error::new(ErrorKind::Timeout, format!("not warmed up within {timeout:?}"));
    timer::within(driver, timeout, connect(engine)).await.map_err(|over| over.or_late(late))?
}

async fn connect(engine: &Engine) -> Result<()> {
    if engine.credentials.is_some() {
        engine.keys.ready().await?;
    }
    let mut request = http::Request::new(Bytes::new());
    *request.method_mut() = Method::HEAD;
    *request.uri_mut() = engine.merchant.base_uri.uri("/".to_owned())?;
    request.headers_mut().insert(USER_AGENT, engine.merchant.user_agent.clone());
    engine.sender.hyper.send(request, None).await.map(drop)
}
