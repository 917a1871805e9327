//! The server: a thread with a small runtime, hyper, and the order in which a request is dealt with.

use std::any::Any;
use std::net::TcpListener;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode, request};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::sync::oneshot;

use super::answer::{self, Answer};
use super::bills::Bills;
use super::check;
use super::journal::{Call, Journal};
use super::merchant::Parties;
use super::notification::{self, Notification};
use super::platform::{Platform, Validity};
use super::route::{Action, Fault, On, Reply, Routes, no_route};
use super::socket::{Fate, Socket};
use crate::builder::ClientBuilder;
use crate::client::Client;
use crate::clock::unix_seconds;
use crate::error::{BoxError, Error, ErrorKind, Result};

/// The longest request it reads, in bytes.
const REQUEST_LIMIT: usize = 32 * 1024 * 1024;

/// A stand-in gateway; stops when dropped.
#[derive(Debug)]
pub struct Server {
    state: Arc<State>,
    /// Dropping it tells the thread to stop.
    running: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    parties: &'static Parties,
    platform: Platform,
    routes: Routes,
    bills: Bills,
    url: String,
    journal: Mutex<Journal>,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Server {
    /// Starts one on a free port of 127.0.0.1. The first of a process makes the keys, which takes a moment.
    ///
    /// # Errors
    ///
    /// `Io`, when the system gives no port or thread.
    pub fn start() -> Result<Self> {
        let failed =
            |what: &'static str| move |error: std::io::Error| Error::new(ErrorKind::Io, what).with_source(error);
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed("no port for the stand-in gateway"))?;
        listener.set_nonblocking(true).map_err(failed("no port for the stand-in gateway"))?;
        let address = listener.local_addr().map_err(failed("no port for the stand-in gateway"))?;
        let (parties, panic) = (Parties::get()?, Mutex::default());
        let (platform, routes, journal) = (Platform::default(), Routes::default(), Mutex::default());
        let (bills, url) = (Bills::none(), format!("http://{address}/"));
        let state = Arc::new(State { parties, platform, routes, bills, url, journal, panic });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(failed("no runtime for the stand-in gateway"))?;
        let (running, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&state);
        let serve = move || {
            runtime.block_on(async {
                tokio::spawn(accept(listener, shared));
                // An error is the sender's end, which is what is waited for.
                stopped.await.unwrap_or_default();
            });
        };
        let thread = thread::Builder::new().name("wechatpay-mock".to_owned()).spawn(serve);
        let thread = thread.map_err(failed("no thread for the stand-in gateway"))?;
        Ok(Self { state, running: Some(running), thread: Some(thread) })
    }

    /// Its base URI, `http://127.0.0.1:PORT/`.
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
        super::platform::PLATFORM_ID
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

async fn accept(listener: TcpListener, state: Arc<State>) {
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
        let socket = TokioIo::new(Socket { stream, fate: fate.clone() });
        let service = service_fn(move |request| handle(Arc::clone(&state), fate.clone(), request));
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(socket, service));
    }
}

/// One request: read, check, decrypt, note, route, answer.
async fn handle(
    state: Arc<State>,
    fate: Fate,
    request: http::Request<Incoming>,
) -> Result<http::Response<Answer>, BoxError> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, REQUEST_LIMIT).collect().await?.to_bytes();
    let now = unix_seconds().ok_or("the clock is before 1970")?;
    let (mut call, checked) = state.check(&parts, body, now);
    let route = if checked.is_ok() { state.routes.find(&mut call) } else { None };
    let reply = match (checked, route.as_deref().map(|route| &route.action)) {
        (Err(refusal), _) => Reply::from(refusal),
        (Ok(()), None) => state.by_itself(&call)?,
        (Ok(()), Some(Action::Reply(reply))) => reply.clone(),
        (Ok(()), Some(Action::Compute(compute))) => state.compute(&call, &mut **lock(compute)),
        (Ok(()), Some(Action::Fault(fault))) => return misbehave(&state, &fate, *fault).await,
    };
    answer::reply(reply, &state.platform.signatory(state.parties), now, &parts)
}

async fn misbehave(state: &State, fate: &Fate, fault: Fault) -> Result<http::Response<Answer>, BoxError> {
    match fault {
        Fault::Slow(delay) => tokio::time::sleep(delay).await,
        Fault::Garbage => fate.garble(),
        Fault::Reset => {
            fate.reset();
            return Err("reset".into());
        }
        _ => {}
    }
    let now = unix_seconds().ok_or("the clock is before 1970")?;
    answer::fault(fault, &state.platform.signatory(state.parties), now)
}

impl State {
    fn check(&self, parts: &request::Parts, body: Bytes, now: u64) -> (Call, Result<(), check::Refusal>) {
        let mut journal = lock(&self.journal);
        let mut checked = check::check(parts, &body, self.parties, now, |nonce| journal.is_fresh(nonce));
        let mut call = Call::new(parts, body);
        if checked.is_ok() {
            checked = call.decrypt(|serial, json| self.platform.decrypt(self.parties, serial, json));
        }
        journal.note(call.clone());
        (call, checked)
    }

    /// What is answered without a route: the platform certificates, and the self test.
    fn by_itself(&self, call: &Call) -> Result<Reply, BoxError> {
        match (call.method().as_str(), call.path()) {
            ("GET", "/v3/certificates" | "/v3/global/certificates" | "/hk/v3/certificates") => {
                let (status, body) = self.platform.certificates()?;
                Ok(Reply::from((StatusCode::from_u16(status)?, body)))
            }
            ("POST", "/v3/security/echo") => {
                let mut answer = json!({"echo_message": call.json()["echo_message"]});
                if let Some(text) = call.json()["encrypted_echo_message"].as_str() {
                    answer["encrypted_echo_message"] = self.parties.merchant_public.encrypt(text)?.into();
                }
                Ok(Reply::from(answer))
            }
            _ => Ok(self.bills.answer(call, self.parties, &self.url)?.unwrap_or_else(|| no_route(call))),
        }
    }

    /// Runs a caller's closure; what it panics with is kept for the server's end.
    fn compute(&self, call: &Call, compute: &mut dyn FnMut(&Call) -> Reply) -> Reply {
        panic::catch_unwind(AssertUnwindSafe(|| compute(call))).unwrap_or_else(|payload| {
            *lock(&self.panic) = Some(payload);
            let message = "the closure given to `reply_with` panicked";
            Reply::from((StatusCode::INTERNAL_SERVER_ERROR, json!({"code": "MOCK_PANICKED", "message": message})))
        })
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
