//! What the layers learn about one call, beside the request and the answer that middleware may replace.
//!
//! It travels in the request's extensions, as a type nobody outside can name: a layer can lose it, but not forge it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, Method, StatusCode};

use crate::attempt::Attempt;
#[cfg(feature = "_transport")]
use crate::exempt::Rule;
use crate::verify::Verified;

/// The state of one call.
#[derive(Debug)]
pub(crate) struct CallState {
    /// The path below the base URI: what the endpoint is known by.
    pub(crate) operation: String,
    is_v2: bool,
    /// What was asked for: what a proof must be for.
    target: OnceLock<Target>,
    /// Until when it may last; from its first poll on.
    deadline: OnceLock<Instant>,
    /// Our own layers saw this state: no layer of the caller lost it.
    seen: AtomicBool,
    sent: AtomicBool,
    /// An attempt ended in a way that leaves open whether it took effect.
    open: AtomicBool,
    /// How many exchanges are under way.
    under_way: AtomicUsize,
    #[cfg(feature = "_transport")]
    ended: tokio::sync::Notify,
    proofs: Mutex<Vec<Proof>>,
    attempts: Mutex<Vec<Running>>,
    /// What was signed last, to explain a refused signature.
    signed: Mutex<Option<Vec<u8>>>,
    /// `Some` for a call whose answer is a file: its body is left here unread, and the layers see an empty one.
    #[cfg(feature = "_transport")]
    file: Option<File>,
}

/// Verb, path and query of a request.
pub(crate) type Target = (Method, Option<PathAndQuery>);

/// What is known of a file that is asked for.
#[cfg(feature = "_transport")]
#[derive(Debug)]
struct File {
    rule: Rule,
    body: Mutex<Option<crate::transport::FileBody>>,
}

/// That an answer was verified, which, and to what.
#[derive(Debug)]
pub(crate) struct Proof {
    verified: Verified,
    status: StatusCode,
    body: Bytes,
    target: Target,
}

#[derive(Debug)]
struct Running {
    host: Option<Authority>,
    started: Instant,
    finished: Option<(Duration, Option<StatusCode>, Option<HeaderValue>)>,
}

impl CallState {
    pub(crate) fn new(operation: String, is_v2: bool) -> Self {
        Self {
            operation,
            is_v2,
            target: OnceLock::new(),
            deadline: OnceLock::new(),
            seen: AtomicBool::new(false),
            sent: AtomicBool::new(false),
            open: AtomicBool::new(false),
            under_way: AtomicUsize::new(0),
            #[cfg(feature = "_transport")]
            ended: tokio::sync::Notify::new(),
            proofs: Mutex::default(),
            attempts: Mutex::default(),
            signed: Mutex::default(),
            #[cfg(feature = "_transport")]
            file: None,
        }
    }

    /// Says how long the call may last from now on.
    #[cfg(feature = "_transport")]
    pub(crate) fn begin(&self, timeout: Duration) {
        self.deadline.get_or_init(|| Instant::now() + timeout.min(crate::clock::LONGEST));
    }

    /// The end of its time; a call that did not begin has none.
    #[cfg(feature = "_transport")]
    pub(crate) fn deadline(&self) -> Instant {
        *self.deadline.get_or_init(Instant::now)
    }

    #[cfg(feature = "_transport")]
    pub(crate) fn is_late(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| *deadline <= Instant::now())
    }

    /// Says which request the call is about.
    pub(crate) fn ask(&self, request: &http::Request<Bytes>) {
        // A second request would be a second call, with a state of its own.
        self.target.get_or_init(|| target(request));
    }

    /// Whether this is the request that the call is about.
    pub(crate) fn is_asked<B>(&self, request: &http::Request<B>) -> bool {
        let path = request.uri().path_and_query();
        self.target.get().is_some_and(|asked| asked.0 == *request.method() && asked.1.as_ref() == path)
    }

    /// A call of APIv2: neither signed nor verified as one of APIv3.
    pub(crate) fn is_v2(&self) -> bool {
        self.is_v2
    }

    pub(crate) fn mark_seen(&self) {
        self.seen.store(true, Ordering::Release);
    }

    /// Whether the request went into the stack and a layer of the caller kept this state from ours.
    pub(crate) fn is_lost(&self) -> bool {
        self.target.get().is_some() && !self.seen.load(Ordering::Acquire)
    }

    /// From here on a byte of the request may have left.
    pub(crate) fn mark_sent(&self) {
        self.sent.store(true, Ordering::Release);
    }

    /// What left was never read, because the TLS handshake failed on the other side; or another attempt begins.
    pub(crate) fn clear_sent(&self) {
        self.sent.store(false, Ordering::Release);
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.sent.load(Ordering::Acquire)
    }

    /// Whether the answer is a file, whose body nobody has read when the layers see its head.
    pub(crate) fn is_for_file(&self) -> bool {
        #[cfg(feature = "_transport")]
        return self.file.is_some();
        #[cfg(not(feature = "_transport"))]
        return false;
    }

    pub(crate) fn mark_open(&self) {
        self.open.store(true, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    pub(crate) fn prove(&self, verified: Verified, status: StatusCode, body: Bytes, target: Target) {
        push(&mut lock(&self.proofs), Proof { verified, status, body, target });
    }

    /// The proof for exactly this answer, to exactly what was asked.
    pub(crate) fn take_proof(&self, status: StatusCode, body: &Bytes) -> Option<Verified> {
        let asked = self.target.get()?;
        let mut proofs = lock(&self.proofs);
        let is_it = |proof: &Proof| proof.status == status && proof.body == *body && proof.target == *asked;
        let at = proofs.iter().position(is_it)?;
        Some(proofs.swap_remove(at).verified)
    }

    pub(crate) fn note_signed(&self, message: Vec<u8>) {
        *lock(&self.signed) = Some(message);
    }

    #[cfg(feature = "_transport")]
    pub(crate) fn take_signed(&self) -> Option<Vec<u8>> {
        lock(&self.signed).take()
    }

    /// Notes that an attempt begins; the number is for [`finish`](Self::finish).
    pub(crate) fn start(&self, host: Option<Authority>) -> usize {
        let mut attempts = lock(&self.attempts);
        push(&mut attempts, Running { host, started: Instant::now(), finished: None });
        attempts.len() - 1
    }

    pub(crate) fn finish(&self, attempt: usize, status: Option<StatusCode>, request_id: Option<HeaderValue>) {
        if let Some(running) = lock(&self.attempts).get_mut(attempt) {
            running.finished = Some((running.started.elapsed(), status, request_id));
        }
    }

    /// How many exchanges have begun.
    #[cfg(feature = "_transport")]
    pub(crate) fn exchanges(&self) -> usize {
        lock(&self.attempts).len()
    }

    /// The trail so far; an attempt that was cut off has lasted until now.
    pub(crate) fn trail(&self) -> Vec<Attempt> {
        let attempts = lock(&self.attempts);
        attempts
            .iter()
            .map(|Running { host, started, finished }| {
                let (elapsed, status, request_id) = finished.clone().unwrap_or_else(|| (started.elapsed(), None, None));
                Attempt { host: host.clone(), status, request_id, elapsed }
            })
            .collect()
    }
}

/// While it lives an answer is waited for, or the request may still begin to leave.
#[cfg(feature = "_transport")]
#[derive(Debug)]
pub(crate) struct UnderWay(std::sync::Arc<CallState>);

#[cfg(feature = "_transport")]
impl UnderWay {
    pub(crate) fn new(state: std::sync::Arc<CallState>) -> Self {
        state.under_way.fetch_add(1, Ordering::AcqRel);
        Self(state)
    }

    pub(crate) fn state(&self) -> &CallState {
        &self.0
    }
}

#[cfg(feature = "_transport")]
impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
        self.0.ended.notify_waiters();
    }
}

#[cfg(feature = "_transport")]
impl CallState {
    /// The state of a call whose answer is a file.
    pub(crate) fn for_file(operation: String, is_v2: bool, rule: Rule) -> Self {
        Self { file: Some(File { rule, body: Mutex::default() }), ..Self::new(operation, is_v2) }
    }

    /// How the answer is verified, for the file that was asked for.
    pub(crate) fn file_rule(&self) -> Option<Rule> {
        self.file.as_ref().map(|file| file.rule)
    }

    /// Leaves the file for whoever asked for it.
    pub(crate) fn leave_file(&self, body: crate::transport::FileBody) {
        if let Some(file) = &self.file {
            *lock(&file.body) = Some(body);
        }
    }

    /// Notes the digest that the answer's signature demands of the file.
    pub(crate) fn demand_sha1(&self, digest: &str) {
        let Some(file) = &self.file else { return };
        if let Some(body) = lock(&file.body).as_mut() {
            body.sha1 = Some(digest.to_owned());
        }
    }

    pub(crate) fn take_file(&self) -> Option<crate::transport::FileBody> {
        self.file.as_ref().and_then(|file| lock(&file.body).take())
    }

    /// Whether no exchange is under way: nothing can begin to leave any more.
    pub(crate) fn is_quiet(&self) -> bool {
        self.under_way.load(Ordering::Acquire) == 0
    }

    /// Waits until then: a request that is cut off while a connection takes it up may still be sent.
    pub(crate) async fn quiet(&self) {
        loop {
            let ended = self.ended.notified();
            let mut ended = std::pin::pin!(ended);
            ended.as_mut().enable();
            if self.is_quiet() {
                return;
            }
            ended.await;
        }
    }
}

pub(crate) fn target<B>(request: &http::Request<B>) -> Target {
    (request.method().clone(), request.uri().path_and_query().cloned())
}

/// Most calls have one attempt and one proof: there is room for no more until there are.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(item);
}

/// A panic elsewhere while holding the lock leaves nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
