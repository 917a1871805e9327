//! The server: a thread with a small runtime, and hyper.

use std::net::TcpListener;
use std::panic;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::Method;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::bills::Bills;
use super::handle::{State, handle, lock};
use super::journal::Call;
use super::keyring::Validity;
use super::merchant::Parties;
use super::notification::{self, Notification};
use super::platform::Platform;
use super::route::{On, Routes};
use super::socket::{Fate, Socket};
use super::tls::{self, Demand};
#[cfg(feature = "v2")]
use super::v2;
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::error::{BoxError, Error, ErrorKind, Result};

/// A stand-in gateway; stops when dropped.
#[derive(Debug)]
pub struct Server {
    state: Arc<State>,
    /// Dropping it tells the thread to stop.
    running: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts one on a free port of 127.0.0.1. The first of a process makes the keys, which takes a moment.
    ///
    /// # Errors
    ///
    /// `Io`, when the system gives no port or thread.
    pub fn start() -> Result<Self> {
        Self::listen(None)
    }

    /// Starts one that speaks TLS, with a certificate of the [`authority`](Self::authority) that its builders trust.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_tls() -> Result<Self> {
        Self::listen_tls(Demand::Nothing)
    }

    /// Starts one that speaks TLS and demands the merchant certificate of everybody, in the handshake.
    ///
    /// Its builders hold what fits: [`merchant_identity`](ClientBuilder::merchant_identity) and the
    /// [`authority`](Self::authority) of its own certificate.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_mtls() -> Result<Self> {
        Self::listen_tls(Demand::MerchantCertificate)
    }

    fn listen_tls(demand: Demand) -> Result<Self> {
        let failed = |error: BoxError| Error::new(ErrorKind::Io, "no TLS for the stand-in gateway").with_source(error);
        Self::listen(Some(tls::acceptor(Parties::get()?, demand).map_err(failed)?))
    }

    fn listen(tls: Option<TlsAcceptor>) -> Result<Self> {
        let failed =
            |what: &'static str| move |error: std::io::Error| Error::new(ErrorKind::Io, what).with_source(error);
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed("no port for the stand-in gateway"))?;
        listener.set_nonblocking(true).map_err(failed("no port for the stand-in gateway"))?;
        let address = listener.local_addr().map_err(failed("no port for the stand-in gateway"))?;
        let (parties, panic) = (Parties::get()?, Mutex::default());
        let (platform, routes, journal) = (Platform::default(), Routes::default(), Mutex::default());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (bills, url) = (Bills::none(), format!("{scheme}://{address}/"));
        let state = Arc::new(State { parties, platform, routes, bills, url, journal, panic });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(failed("no runtime for the stand-in gateway"))?;
        let (running, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&state);
        let serve = move || {
            runtime.block_on(async {
                tokio::spawn(accept(listener, tls, shared));
                // An error is the sender's end, which is what is waited for.
                stopped.await.unwrap_or_default();
            });
        };
        let thread = thread::Builder::new().name("wechatpay-mock".to_owned()).spawn(serve);
        let thread = thread.map_err(failed("no thread for the stand-in gateway"))?;
        Ok(Self { state, running: Some(running), thread: Some(thread) })
    }

    /// Its base URI, `http://127.0.0.1:PORT/`, or `https://…` from [`start_tls`](Self::start_tls) and [`start_mtls`](Self::start_mtls).
    pub fn url(&self) -> String {
        self.state.url.clone()
    }

    /// A client that already holds matching keys.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client> {
        self.builder().build()
    }

    /// A builder with matching keys, for settings of your own.
    pub fn builder(&self) -> ClientBuilder {
        self.state.parties.builder(&self.url())
    }

    /// A builder with the merchant's settings and no platform key: for `.auto_certificates()`.
    pub fn merchant_builder(&self) -> ClientBuilder {
        self.state.parties.merchant_builder(&self.url())
    }

    /// Makes a platform certificate with a key of its own, which `GET /v3/certificates` hands out from now on; gives its
    /// serial. It signs nothing until [`sign_with`](Self::sign_with) says so.
    ///
    /// # Errors
    ///
    /// `Config`, should the cryptographic library fail.
    pub fn issue_certificate(&self, validity: Validity) -> Result<String> {
        self.state.platform.issue(validity)
    }

    /// Hands a certificate out no longer.
    pub fn withdraw_certificate(&self, serial: &str) {
        self.state.platform.withdraw(serial);
    }

    /// Chooses the key that signs answers and notifications: a certificate's serial, or the id of the WeChat Pay public key
    /// ([`public_key_id`](Self::public_key_id)), which is the one at first.
    ///
    /// # Errors
    ///
    /// `Config` for a name that is not one of this stand-in's keys.
    pub fn sign_with(&self, serial: &str) -> Result<()> {
        match self.state.platform.sign_with(serial) {
            true => Ok(()),
            false => Err(Error::config(format!("{serial:?} is not a key of this stand-in"))),
        }
    }

    /// The id of its WeChat Pay public key.
    pub fn public_key_id(&self) -> &'static str {
        super::keyring::PLATFORM_ID
    }

    /// A notification as the gateway would send it: encrypted with the merchant's APIv3 key and signed.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness for its id.
    pub fn notice(&self, event_type: &str, original_type: &str, resource: serde_json::Value) -> Notification {
        let id = notification::id().expect("the operating system has randomness");
        let signatory = self.state.platform.signatory(self.state.parties);
        Notification::new(signatory, id, event_type, original_type, resource)
    }

    /// The same settings as the `WECHATPAY_*` variables that [`Client::from_env`] reads, for another process.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        self.state.parties.env(&self.url())
    }

    /// The certificate of the authority that signed its own and the merchant's, PEM.
    pub fn authority(&self) -> &str {
        self.state.parties.authority()
    }

    /// The body of a notification of APIv2, signed; with a `req_info` object it is a refund's: encrypted and unsigned.
    ///
    /// # Panics
    ///
    /// If `body` or its `req_info` is not a JSON object.
    #[cfg(feature = "v2")]
    #[cfg_attr(docsrs, doc(cfg(feature = "v2")))]
    pub fn notice_v2(&self, body: serde_json::Value) -> String {
        v2::notice(body).expect("the body and its req_info are JSON objects")
    }

    /// Begins to say what an endpoint answers: the path as a chain takes it, where `{name}` stands for any value.
    ///
    /// The first route given for an endpoint is in force, until its [`times`](super::Route::times) are used up.
    pub fn on(&self, method: Method, path: impl Into<String>) -> On<'_> {
        On { routes: &self.state.routes, method, path: path.into() }
    }

    /// Serves bills of this many rows from now on; see [`Bills`].
    ///
    /// They are made while they are sent, so that they may be of any size, and are the same for the same number.
    pub fn bills(&self, rows: u64) -> Bills {
        self.state.bills.serve(rows);
        self.state.bills.clone()
    }

    /// What came in so far, refused requests included; the last 10,000.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.state.journal).calls()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.running.take());
        let joined = self.thread.take().map_or(Ok(()), JoinHandle::join);
        let payload = lock(&self.state.panic).take().or(joined.err());
        if let Some(payload) = payload.filter(|_| !thread::panicking()) {
            panic::resume_unwind(payload);
        }
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, state: Arc<State>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // One connection's error, such as a peer that is gone already, or that the process has no handle left for now.
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        // Without it small answers wait for the peer's acknowledgement; if the system refuses they just do.
        stream.set_nodelay(true).unwrap_or_default();
        let (state, fate) = (Arc::clone(&state), Fate::default());
        let socket = Socket { stream, fate: fate.clone() };
        let service = service_fn(move |request| handle(Arc::clone(&state), fate.clone(), request));
        let http = hyper::server::conn::http1::Builder::new();
        match &tls {
            None => _ = tokio::spawn(http.serve_connection(TokioIo::new(socket), service)),
            Some(tls) => {
                let accepting = tls.accept(socket);
                tokio::spawn(async move {
                    // Who is refused in the handshake has been told.
                    let Ok(socket) = accepting.await else { return };
                    _ = http.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        }
    }
}
