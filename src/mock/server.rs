//! The server: a thread with a small runtime, and hyper.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Deref;
use std::panic;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use http::Method;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::account::Account;
use super::bills::shelf::{Bills, Shelf};
use super::handle::{State, lock};
use super::journal::{Call, Journal};
use super::keyring::Validity;
use super::listener::accept;
use super::merchant::Parties;
use super::notification::{self, Notification};
use super::platform::Platform;
use super::route::{On, Routes};
use super::strictness::Strictness;
use super::tls::{self, Clients};
#[cfg(feature = "v2")]
use super::v2;
use crate::error::{BoxError, Error, ErrorKind, Result};

/// A stand-in gateway; stops when dropped.
///
/// Its [`Account`] has what a client of it needs, and its methods are the server's too: `gateway.client()`, `gateway.url()`.
#[derive(Debug)]
pub struct Server {
    account: Account,
    state: Arc<State>,
    /// Dropping it tells the thread to stop.
    running: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Settings of a stand-in that is about to start; what [`Server::builder`] gives.
///
/// ```
/// let gateway = wechatpay_chain::mock::Server::builder().port(0).tls().start()?;
/// assert!(gateway.url().starts_with("https://127.0.0.1:"));
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing listens before `start()`"]
pub struct ServerBuilder {
    port: u16,
    tls: Option<Clients>,
    lenient: bool,
}

impl ServerBuilder {
    /// Listens on this port of 127.0.0.1, so that other processes know it beforehand. By default, and with 0, the system
    /// chooses a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Speaks TLS, with a certificate of its own authority ([`Account::ca`]) for 127.0.0.1, `localhost` and WeChat Pay's hosts;
    /// asks nobody for a certificate.
    pub fn tls(mut self) -> Self {
        self.tls = Some(Clients::Any);
        self
    }

    /// Speaks TLS and demands the merchant certificate of everybody, in the handshake.
    pub fn mtls(mut self) -> Self {
        self.tls = Some(Clients::Certified);
        self
    }

    /// Takes what the catalogue does not know, from the start on and after each [`reset`](Server::reset); see [`Server::lenient`].
    ///
    /// ```
    /// use wechatpay_chain::{Method, json};
    ///
    /// let gateway = wechatpay_chain::mock::Server::builder().lenient().start()?;
    /// gateway.on(Method::POST, "v3/brand-new/things").reply(json!({"id": "1"}));
    /// gateway.client()?["v3/brand-new/things"].post(json!({"any": "member"}))?;
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Starts it. The first of a process makes the keys, which takes a moment.
    ///
    /// # Errors
    ///
    /// `Io`, naming the port, when it is taken; or when the system gives no port or thread.
    pub fn start(self) -> Result<Server> {
        let failed = |error: BoxError| Error::new(ErrorKind::Io, "no TLS for the stand-in gateway").with_source(error);
        let acceptor = |clients| tls::acceptor(Parties::get()?, clients).map_err(failed);
        Server::listen(self.port, self.tls.map(acceptor).transpose()?, Strictness::new(self.lenient))
    }
}

impl Server {
    /// Starts one on a free port of 127.0.0.1. The first of a process makes the keys, which takes a moment.
    ///
    /// # Errors
    ///
    /// `Io`, when the system gives no port or thread.
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// Starts one that speaks TLS and asks nobody for a certificate.
    ///
    /// Its builders trust the authority of its certificate, [`ca`](Account::ca); other programs must be told to.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_tls() -> Result<Self> {
        Self::builder().tls().start()
    }

    /// Starts one that speaks TLS and demands the merchant certificate of everybody, in the handshake.
    ///
    /// Its builders hold what fits: [`merchant_identity`](crate::ClientBuilder::merchant_identity) and the
    /// authority of its own certificate, [`ca`](Account::ca).
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_mtls() -> Result<Self> {
        Self::builder().mtls().start()
    }

    /// Settings for one that is to listen on a port of your choice, over TLS or not.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    pub(super) fn listen(port: u16, tls: Option<TlsAcceptor>, strictness: Strictness) -> Result<Self> {
        let failed =
            |what: &'static str| move |error: std::io::Error| Error::new(ErrorKind::Io, what).with_source(error);
        let no_port = |error: std::io::Error| {
            Error::new(ErrorKind::Io, format!("no port for the stand-in gateway: 127.0.0.1:{port}")).with_source(error)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(no_port)?;
        listener.set_nonblocking(true).map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let (parties, panic) = (Parties::get()?, Mutex::default());
        let (platform, routes, journal) = (Platform::default(), Routes::default(), Mutex::default());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (bills, url) = (Shelf::default(), format!("{scheme}://{address}/"));
        let state = Arc::new(State { parties, platform, strictness, routes, bills, url, journal, panic });
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
        let account = Account { parties, url: state.url.clone() };
        Ok(Self { account, state, running: Some(running), thread: Some(thread) })
    }

    /// Makes a platform certificate with a key of its own, which `GET /v3/certificates` hands out from now on; gives its
    /// serial. It signs the answers to requests that name it in `Wechatpay-Serial` or name nobody, and everything
    /// after [`sign_with`](Self::sign_with).
    ///
    /// # Errors
    ///
    /// `Config`, should the cryptographic library fail.
    pub fn issue_certificate(&self, validity: Validity) -> Result<String> {
        self.state.platform.issue(validity, self.account.parties)
    }

    /// Hands a certificate out no longer.
    pub fn withdraw_certificate(&self, serial: &str) {
        self.state.platform.withdraw(serial);
    }

    /// Chooses the key that signs all answers and notifications from now on, whatever a request names: a certificate's serial, or
    /// the id of the WeChat Pay public key ([`public_key_id`](Account::public_key_id)).
    ///
    /// At first nobody is chosen: an answer is signed with the key that the request's `Wechatpay-Serial` names, as the real
    /// gateway does while a merchant goes over to the public key (4012154180). A request that names none, or one the
    /// stand-in does not have, is answered with the newest platform certificate in force; if there is none, or if it asks for
    /// the certificates, with the public key. Notifications are signed with the public key.
    ///
    /// # Errors
    ///
    /// `Config` for a name that is not one of this stand-in's keys.
    pub fn sign_with(&self, serial: &str) -> Result<()> {
        match self.state.platform.sign_with(serial, self.account.parties) {
            true => Ok(()),
            false => Err(Error::config(format!("{serial:?} is not a key of this stand-in"))),
        }
    }

    /// A notification as the gateway would send it: encrypted with the merchant's APIv3 key and signed.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness for its id.
    pub fn notice(&self, event_type: &str, original_type: &str, resource: serde_json::Value) -> Notification {
        let id = notification::id().expect("the operating system has randomness");
        let signatory = self.state.platform.signatory(self.account.parties);
        Notification::new(signatory, id, event_type, original_type, resource)
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
    /// Of routes for the same endpoint the last one given is in force, so that a test may say something else than its
    /// set-up; those limited by [`times`](super::Route::times) go first, in the order given, until they are used up. A path
    /// that is written out goes before one with a variable in its place.
    pub fn on(&self, method: Method, path: impl Into<String>) -> On<'_> {
        On { routes: &self.state.routes, method, path: path.into() }
    }

    /// Serves bills of this many rows from now on, of every day and kind unless told otherwise; see [`Bills`].
    ///
    /// They are made while they are sent, so that they may be of any size, and are the same for the same number.
    /// Said again, for instance for another day, the later one goes before where both fit.
    pub fn bills(&self, rows: u64) -> Bills {
        self.state.bills.serve(rows)
    }

    /// What came in so far, refused requests included; the last 10,000.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.state.journal).calls()
    }

    /// Takes from now on what the catalogue does not know: unknown endpoints and verbs, and requests with any members.
    ///
    /// At first every request is compared with the [catalogue](https://docs.rs/wechatpay-catalog) of endpoints, and refused as the real
    /// gateway would: 404 for an unknown path, with the one that was probably meant, 405 for a verb that it does not have, 400
    /// `PARAM_ERROR` for members that are missing, unknown, of another type, outside a list of values, too long, or in plain text where
    /// ciphertext is due. [`Call::refused`] says it too. What the same everywhere is checked all the same: signature, headers, JSON
    /// without `null`.
    pub fn lenient(&self) {
        self.state.strictness.lenient();
    }

    /// Takes, at this JSON pointer and below it, whatever a test sends on purpose; of bodies, of an upload's meta, and of queries.
    ///
    /// `*` stands for any item of a list: `/sub_orders/*/attach`. Of APIv2 a member that is sent besides the known ones is ignored, as by
    /// the real gateway, and needs no permission.
    ///
    /// ```
    /// use wechatpay_chain::json;
    ///
    /// let gateway = wechatpay_chain::mock::Server::start()?;
    /// gateway.allow("/extra_member");
    /// let wxpay = gateway.client()?;
    /// let close = wxpay.chain("v3/pay/transactions/out-trade-no/20261125001/close");
    /// close.post(json!({"mchid": wxpay.mchid(), "extra_member": 1}))?;
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If it is no JSON pointer: it does not begin with `/`.
    pub fn allow(&self, pointer: &str) {
        assert!(pointer.starts_with('/'), "{pointer:?} is no JSON pointer, expected such as /amount/total");
        self.state.strictness.allow(pointer);
    }

    /// Forgets all that it was told and all that came in: routes, faults, bills, platform certificates, calls, nonces, and what it is to
    /// take besides what the catalogue knows.
    ///
    /// Port and keys stay, so clients go on working, and connections stay open.
    pub fn reset(&self) {
        self.state.routes.reset();
        self.state.bills.reset();
        self.state.platform.reset();
        self.state.strictness.reset();
        *lock(&self.state.journal) = Journal::default();
    }
}

impl Deref for Server {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
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
