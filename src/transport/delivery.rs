//! What is known of a call on its way: which request it is, until when it may last, what was tried, and whether a byte left.
//!
//! It goes with the request, as a type nobody outside can name: a layer can lose it, but not forge it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderValue, StatusCode};

use super::file_body::FileBody;
use crate::crypto::clock::LONGEST;
use crate::error::attempt::Attempt;
use crate::request::target::{Target, target};

/// What is known of the delivery of one call, all its attempts included.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// What was asked for.
    target: OnceLock<Target>,
    /// Until when it may last; from its first poll on.
    deadline: OnceLock<Instant>,
    sent: AtomicBool,
    /// An attempt took effect, or ended in a way that leaves it open.
    open: AtomicBool,
    /// How many exchanges are under way.
    under_way: AtomicUsize,
    ended: tokio::sync::Notify,
    attempts: Mutex<Vec<Running>>,
    /// `Some` for a call whose answer is a file: its body is left here unread, and the layers see an empty one.
    file: Option<Mutex<Option<FileBody>>>,
}

#[derive(Debug)]
struct Running {
    host: Option<Authority>,
    started: Instant,
    finished: Option<(Duration, Option<StatusCode>, Option<HeaderValue>)>,
    /// It got as far as an exchange; else its signer put it off.
    exchanged: bool,
}

impl Delivery {
    pub(crate) fn new(is_for_file: bool) -> Self {
        Self {
            target: OnceLock::new(),
            deadline: OnceLock::new(),
            sent: AtomicBool::new(false),
            open: AtomicBool::new(false),
            under_way: AtomicUsize::new(0),
            ended: tokio::sync::Notify::new(),
            attempts: Mutex::default(),
            file: is_for_file.then(Mutex::default),
        }
    }

    /// Says how long the call may last from now on.
    pub(crate) fn begin(&self, timeout: Duration) {
        self.deadline.get_or_init(|| Instant::now() + timeout.min(LONGEST));
    }

    /// The end of its time; a call that did not begin has none.
    pub(crate) fn deadline(&self) -> Instant {
        *self.deadline.get_or_init(Instant::now)
    }

    pub(crate) fn is_late(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| *deadline <= Instant::now())
    }

    /// Says which request the call is about.
    pub(crate) fn ask(&self, request: &http::Request<Bytes>) {
        // A second request would be a second call, with a state of its own.
        self.target.get_or_init(|| target(request));
    }

    /// What was asked for, once the request went into the stack.
    pub(crate) fn target(&self) -> Option<&Target> {
        self.target.get()
    }

    /// Whether this is the request that the call is about.
    pub(crate) fn is_asked<B>(&self, request: &http::Request<B>) -> bool {
        let path = request.uri().path_and_query();
        self.target.get().is_some_and(|asked| asked.0 == *request.method() && asked.1.as_ref() == path)
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

    pub(crate) fn mark_open(&self) {
        self.open.store(true, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Notes that an attempt begins; the number is for [`finish`](Self::finish).
    pub(crate) fn start(&self, host: Option<Authority>) -> usize {
        let mut attempts = lock(&self.attempts);
        if attempts.is_empty() {
            // Most calls have one attempt: there is room for no more until there are.
            attempts.reserve_exact(1);
        }
        attempts.push(Running { host, started: Instant::now(), finished: None, exchanged: true });
        attempts.len() - 1
    }

    /// Notes an attempt that its signer put off.
    pub(crate) fn note_put_off(&self, host: Option<Authority>, started: Instant) {
        let finished = Some((started.elapsed(), None, None));
        lock(&self.attempts).push(Running { host, started, finished, exchanged: false });
    }

    pub(crate) fn finish(&self, attempt: usize, status: Option<StatusCode>, request_id: Option<HeaderValue>) {
        if let Some(running) = lock(&self.attempts).get_mut(attempt) {
            running.finished = Some((running.started.elapsed(), status, request_id));
        }
    }

    /// How many exchanges have begun.
    pub(crate) fn exchanges(&self) -> usize {
        lock(&self.attempts).iter().filter(|attempt| attempt.exchanged).count()
    }

    /// The trail so far; an attempt that was cut off has lasted until now.
    pub(crate) fn trail(&self) -> Vec<Attempt> {
        let attempts = lock(&self.attempts);
        attempts
            .iter()
            .map(|Running { host, started, finished, .. }| {
                let (elapsed, status, request_id) = finished.clone().unwrap_or_else(|| (started.elapsed(), None, None));
                Attempt { host: host.clone(), status, request_id, elapsed }
            })
            .collect()
    }

    /// Whether the answer is a file, whose body nobody has read when the layers see its head.
    pub(crate) fn is_for_file(&self) -> bool {
        self.file.is_some()
    }

    /// Leaves the file for whoever asked for it.
    pub(crate) fn leave_file(&self, body: FileBody) {
        if let Some(file) = &self.file {
            *lock(file) = Some(body);
        }
    }

    /// Notes the digest that the answer's signature demands of the file.
    pub(crate) fn demand_sha1(&self, digest: &str) {
        let Some(file) = &self.file else { return };
        if let Some(body) = lock(file).as_mut() {
            body.sha1 = Some(digest.to_owned());
        }
    }

    pub(crate) fn take_file(&self) -> Option<FileBody> {
        self.file.as_ref().and_then(|file| lock(file).take())
    }

    /// Whether no exchange is under way: nothing can begin to leave any more.
    pub(crate) fn is_idle(&self) -> bool {
        self.under_way.load(Ordering::Acquire) == 0
    }

    /// Waits until then: a request that is cut off while a connection takes it up may still be sent.
    pub(crate) async fn until_idle(&self) {
        loop {
            let ended = self.ended.notified();
            let mut ended = std::pin::pin!(ended);
            ended.as_mut().enable();
            if self.is_idle() {
                return;
            }
            ended.await;
        }
    }
}

/// While it lives an answer is waited for, or the request may still begin to leave.
#[derive(Debug)]
pub(crate) struct UnderWay(Arc<Delivery>);

impl UnderWay {
    pub(crate) fn new(delivery: Arc<Delivery>) -> Self {
        delivery.under_way.fetch_add(1, Ordering::AcqRel);
        Self(delivery)
    }

    pub(crate) fn delivery(&self) -> &Delivery {
        &self.0
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
        self.0.ended.notify_waiters();
    }
}

/// A panic elsewhere while holding the lock leaves nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
