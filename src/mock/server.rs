//! The server: a thread with a small runtime, hyper, and the order in which a request is dealt with.

use std::any::Any;
use std::net::{SocketAddr, TcpListener};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use bytes::Bytes;
use http::{Method, StatusCode, request};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::sync::oneshot;

use super::answer::{self, Answer};
use super::check;
use super::journal::{Call, Journal};
use super::merchant::Parties;
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
    address: SocketAddr,
    state: Arc<State>,
    /// Dropping it tells the thread to stop.
    running: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    parties: &'static Parties,
    routes: Routes,
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
        let state = Arc::new(State { parties, routes: Routes::default(), journal: Mutex::default(), panic });
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
        Ok(Self { address, state, running: Some(running), thread: Some(thread) })
    }

    /// Its base URI, `http://127.0.0.1:PORT/`.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
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

    /// The same settings as the `WECHATPAY_*` variables that [`Client::from_env`] reads, for another process.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        self.state.parties.env(&self.url())
    }

    /// Begins to say what an endpoint answers; `{name}` in the path stands for any one segment.
    pub fn on(&self, method: Method, path: impl Into<String>) -> On<'_> {
        On { routes: &self.state.routes, method, path: path.into() }
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
        // An error here is one connection's, such as a peer that is gone already.
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Without it small answers wait for the peer's acknowledgement; if the system refuses they just do.
        stream.set_nodelay(true).unwrap_or_default();
        let (state, fate) = (Arc::clone(&state), Fate::default());
        let socket = TokioIo::new(Socket { stream, fate: fate.clone() });
        let service = service_fn(move |request| handle(Arc::clone(&state), fate.clone(), request));
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(socket, service));
    }
}

/// One request: read, note, check, route, answer.
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
        (Ok(()), None) => no_route(&call),
        (Ok(()), Some(Action::Reply(reply))) => reply.clone(),
        (Ok(()), Some(Action::Compute(compute))) => state.compute(&call, &mut **lock(compute)),
        (Ok(()), Some(Action::Fault(fault))) => return misbehave(&state, &fate, *fault).await,
    };
    answer::reply(reply, state.parties, now)
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
    answer::fault(fault, state.parties, now)
}

impl State {
    fn check(&self, parts: &request::Parts, body: Bytes, now: u64) -> (Call, Result<(), check::Refusal>) {
        let mut journal = lock(&self.journal);
        let checked = check::check(parts, &body, self.parties, now, |nonce| journal.is_fresh(nonce));
        let call = Call::new(parts, body);
        journal.note(call.clone());
        (call, checked)
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
