//! hyper: connects, sends, reads the whole answer within a limit. Never follows a redirect, never sends twice.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, Entry, HOST, TRANSFER_ENCODING};
use http::uri::Authority;
use http::{HeaderValue, Method};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy::{self, Client, ResponseFuture};
use hyper_util::rt::TokioTimer;
use tokio::sync::oneshot;
use tower_service::Service;

use crate::base_uri::host_header;
use crate::call::CallState;
use crate::connect::Connector;
use crate::driver::{self, Driver};
use crate::error::{Error, ErrorKind, Result};
use crate::heard::Heard;
use crate::rejection::{REQUEST_ID, request_id};
use crate::request::Presenting;
use crate::runtime;
use crate::secret::Secret;
use crate::tracked::{Leaving, Tracked, Waiting};

/// The gateway closes idle connections after eight seconds; a pooled one is not kept that long.
const IDLE: Duration = Duration::from_secs(7);

/// How long an attempt that came too late waits for the call's timer to end it.
const LATE: Duration = Duration::from_millis(10);

/// How the transport is set up.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) connect_timeout: Duration,
    pub(crate) response_limit: usize,
    /// Certificates trusted beside Mozilla's, PEM.
    #[cfg_attr(not(feature = "tls"), allow(dead_code))]
    pub(crate) root_certificates: Vec<String>,
    /// The merchant certificate and its key, PEM.
    #[cfg_attr(not(feature = "tls"), allow(dead_code))]
    pub(crate) identity: Option<(String, Secret)>,
    #[cfg(feature = "tls")]
    pub(crate) proxy: crate::proxy::Proxy,
}

impl Default for Settings {
    fn default() -> Self {
        let (connect_timeout, response_limit) = (Duration::from_secs(5), 16 * 1024 * 1024);
        Self {
            connect_timeout,
            response_limit,
            root_certificates: Vec::new(),
            identity: None,
            #[cfg(feature = "tls")]
            proxy: crate::proxy::Proxy::default(),
        }
    }
}

/// hyper-util's client as a `Service<http::Request<Bytes>, Response = http::Response<Bytes>>`.
///
/// Connections are pooled, kept for seven idle seconds, and watched by the background thread of this crate, so it can be
/// used from any runtime. The answer is read whole, up to a limit. Cheap to clone; clones share the pool.
#[derive(Clone)]
pub struct HyperService(Arc<Pools>);

struct Pools {
    client: Client<Connector, Tracked>,
    /// With connections of its own, on which the merchant certificate was presented.
    presenting: Option<Client<Connector, Tracked>>,
    limit: usize,
}

impl HyperService {
    /// A service with the defaults: Mozilla's roots, five seconds to connect, answers of at most 16 MiB.
    ///
    /// # Errors
    ///
    /// `Config`, when the TLS library cannot be set up.
    pub fn new() -> Result<Self> {
        Self::with(&Settings::default())
    }

    pub(crate) fn with(settings: &Settings) -> Result<Self> {
        let client = |present| {
            let connector = Connector::new(settings, present)?;
            let mut builder = Client::builder(Driver);
            Ok(builder.set_host(false).pool_idle_timeout(IDLE).pool_timer(TokioTimer::new()).build(connector))
        };
        let presenting = settings.identity.is_some().then(|| client(true)).transpose()?;
        Ok(Self(Arc::new(Pools { client: client(false)?, presenting, limit: settings.response_limit })))
    }

    /// Sends a request of the call that `state` is of.
    pub(crate) fn send(&self, request: http::Request<Bytes>, state: Option<Arc<CallState>>) -> Exchange {
        let (sender, answer) = oneshot::channel();
        let (first, hold) = driver::task(exchange(Sending::new(&self.0, request, state.as_ref()), state, sender));
        Exchange { first: Some(first), answer, _hold: hold }
    }
}

impl fmt::Debug for HyperService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperService").field("response_limit", &self.0.limit).finish_non_exhaustive()
    }
}

impl Service<http::Request<Bytes>> for HyperService {
    type Response = http::Response<Bytes>;
    type Error = Error;
    type Future = Exchange;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Exchange {
        let state = request.extensions().get::<Arc<CallState>>().cloned();
        self.send(request, state)
    }
}

/// The future of [`HyperService`]: a request and its answer, read whole; it runs on any executor.
///
/// Nothing is sent before its first poll, which takes the request as far as a socket and may write it there. Dropping it cuts the
/// request off and closes its connection; what was written by then may have taken effect.
#[derive(Debug)]
#[must_use = "nothing is sent before it is polled"]
pub struct Exchange {
    /// Its first step is this thread's.
    first: Option<driver::Task>,
    answer: oneshot::Receiver<Answer>,
    _hold: driver::Hold,
}

impl Future for Exchange {
    type Output = Result<http::Response<Bytes>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(first) = self.first.take() {
            let _background = runtime::handle()?.enter();
            driver::step(first);
        }
        let lost = |error| Error::new(ErrorKind::Transport, "the exchange ended without an answer").with_source(error);
        Pin::new(&mut self.answer).poll(cx).map(|answer| answer.map_err(lost)?)
    }
}

type Answer = Result<http::Response<Bytes>>;

async fn exchange(sending: Sending, state: Option<Arc<CallState>>, answer: oneshot::Sender<Answer>) {
    if state.as_ref().is_some_and(|state| state.is_late()) {
        // It might take effect, and no answer would be waited for.
        drop(sending);
        // The call's timer says so, which fires when nothing else is ready: a layer that tries again at once would never let it.
        // Rare, so it is no part of every call's future.
        _ = Box::pin(runtime::pause(LATE)).await;
        _ = answer.send(Err(Error::new(ErrorKind::Timeout, "the call's time was over before this attempt was sent")));
        return;
    }
    let attempt = state.as_ref().map(|state| state.start(sending.host.clone()));
    let leaving = Arc::clone(&sending.leaving);
    let waiting = Waiting::new(&leaving);
    let result = sending.whole_answer().await;
    waiting.over();
    if let (Some(state), Some(attempt)) = (&state, attempt) {
        let response = result.as_ref().ok();
        let id = response.and_then(|response| response.headers().get(REQUEST_ID).cloned());
        state.finish(attempt, response.map(http::Response::status), id);
    }
    let mut sent = leaving.is_sent();
    if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Connect) {
        // Whatever was written, the handshake failed on the other side, where nobody read it.
        sent = false;
        if let Some(state) = &state {
            state.clear_sent();
        }
    }
    if let (Err(_), true, Some(state)) = (&result, sent, &state) {
        state.mark_open();
    }
    // Over before the caller hears of it, who may hear it at once; nobody does when the call was dropped.
    drop(leaving);
    _ = answer.send(result.map_err(|error| error.with_sent(sent)));
}

/// A request on its way: hyper's future, which does nothing before it is polled, and what is known of it.
struct Sending {
    answering: ResponseFuture,
    host: Option<Authority>,
    presented: bool,
    limit: usize,
    leaving: Arc<Leaving>,
    /// Whose answer is a file, left there unread.
    for_file: Option<Arc<CallState>>,
}

impl Sending {
    fn new(pools: &Pools, request: http::Request<Bytes>, state: Option<&Arc<CallState>>) -> Self {
        // Only what was asked for: a layer may send something else, and would get another file.
        let for_file = state.filter(|state| state.is_for_file() && state.is_asked(&request)).cloned();
        let (mut parts, body) = request.into_parts();
        if body.is_empty() && matches!(parts.method, Method::POST | Method::PUT | Method::PATCH) {
            // hyper writes no length for an absent body, and proxies answer 411 to such a POST.
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if let (Entry::Vacant(entry), Some(host)) = (parts.headers.entry(HOST), host_header(&parts.uri)) {
            entry.insert(host);
        }
        let data = (!body.is_empty()).then_some(body);
        let leaving = Leaving::new(state.cloned());
        let host = parts.uri.authority().cloned();
        let presented = parts.extensions.get::<Presenting>().is_some();
        let request = http::Request::from_parts(parts, Tracked::new(data, &leaving));
        let client = pools.presenting.as_ref().filter(|_| presented).unwrap_or(&pools.client);
        Self { answering: client.request(request), host, presented, limit: pools.limit, leaving, for_file }
    }

    async fn whole_answer(self) -> Result<http::Response<Bytes>> {
        let Self { answering, host, presented, limit, for_file, .. } = self;
        let host = host.as_ref().map_or("", Authority::as_str);
        let response = answering.await.map_err(|error| classify(error, host, presented))?;
        if let Some(heard) = response.extensions().get::<Heard>() {
            heard.note_answer();
        }
        let (parts, body) = response.into_parts();
        if let Some(state) = for_file.filter(|_| parts.status.is_success()) {
            state.leave_file(FileBody::new(&parts, body, host));
            return Ok(http::Response::from_parts(parts, Bytes::new()));
        }
        match Limited::new(body, limit).collect().await {
            Ok(body) => Ok(http::Response::from_parts(parts, body.to_bytes())),
            Err(error) => {
                let message = match error.is::<LengthLimitError>() {
                    true => format!("the answer of {host} is longer than {limit} bytes"),
                    false => format!("the answer of {host} broke off in its body"),
                };
                let id = request_id(&parts.headers);
                Err(Error::new(ErrorKind::Transport, message).with_request_id(id).with_source(error))
            }
        }
    }
}

/// The body of a file, read by whoever writes it.
#[derive(Debug)]
pub(crate) struct FileBody {
    body: Incoming,
    host: String,
    request_id: Option<String>,
    /// How many bytes the answer announced.
    pub(crate) length: Option<u64>,
    /// Its end can be told from a connection that broke.
    pub(crate) is_framed: bool,
    pub(crate) received: u64,
    /// What the answer's signature says the file's SHA-1 is: overseas statements.
    pub(crate) sha1: Option<String>,
}

impl FileBody {
    fn new(parts: &http::response::Parts, body: Incoming, host: &str) -> Self {
        let length = body.size_hint().exact();
        let request_id = request_id(&parts.headers).map(str::to_owned);
        // Of any other coding the end is that of the connection (RFC 9112, section 6.3).
        let codings = parts.headers.get_all(TRANSFER_ENCODING).iter().next_back().map(HeaderValue::as_bytes);
        let last = codings.and_then(|codings| codings.rsplit(|byte| *byte == b',').next());
        let is_chunked = last.is_some_and(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"chunked"));
        let is_framed = length.is_some() || is_chunked;
        Self { body, host: host.to_owned(), request_id, length, is_framed, received: 0, sha1: None }
    }

    /// The next bytes, waited for no longer than `idle`; `None` at the end.
    pub(crate) async fn next(&mut self, idle: Duration) -> Result<Option<Bytes>> {
        loop {
            let next = {
                // The timer is the background runtime's, whatever polls this future.
                let _background = runtime::handle()?.enter();
                tokio::time::timeout(idle, self.body.frame())
            };
            match next.await {
                Ok(None) => return Ok(None),
                Ok(Some(Ok(frame))) => {
                    // Trailers are of no use here.
                    let Ok(data) = frame.into_data() else { continue };
                    self.received += data.len() as u64;
                    return Ok(Some(data));
                }
                Ok(Some(Err(error))) => {
                    return Err(self.broken(ErrorKind::Transport, "broke off").with_source(error));
                }
                Err(_) => return Err(self.broken(ErrorKind::Timeout, &format!("sent nothing for {idle:?}"))),
            }
        }
    }

    fn broken(&self, kind: ErrorKind, how: &str) -> Error {
        let (host, received) = (&self.host, self.received);
        let length = self.length.map_or_else(String::new, |length| format!(" of {length}"));
        let message = format!("the download from {host} {how} after {received}{length} bytes");
        Error::new(kind, message).with_request_id(self.request_id.as_deref())
    }
}

/// An error before an answer: either the connection was never made, or it broke.
#[cfg_attr(not(feature = "tls"), allow(unused_variables))]
fn classify(error: legacy::Error, host: &str, presented: bool) -> Error {
    #[cfg(feature = "tls")]
    if let Some(why) = refusal(&error, presented) {
        let message = format!("no connection to {host}: {why}; the request was not taken");
        return Error::new(ErrorKind::Connect, message).with_source(error);
    }
    match error.is_connect() {
        true => Error::new(ErrorKind::Connect, format!("no connection to {host}; nothing was sent")),
        false => Error::new(ErrorKind::Transport, format!("the connection to {host} broke before an answer")),
    }
    .with_source(error)
}

/// Why the server refuses us, as the error says or the connection was told; not after an answer over it.
#[cfg(feature = "tls")]
fn refusal(error: &legacy::Error, presented: bool) -> Option<&'static str> {
    let mut known = http::Extensions::new();
    if let Some(connected) = error.connect_info() {
        connected.get_extras(&mut known);
    }
    match known.get::<Heard>() {
        Some(heard) if heard.has_answered() => None,
        heard => heard.and_then(Heard::refusal).or_else(|| crate::connect::refusal(error, presented)),
    }
}
