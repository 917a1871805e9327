//! One call from start to end: the deadline, the attempts, the hosts, and what their result means.

use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Timeout;
use tokio::time::error::Elapsed;

use crate::call::CallState;
use crate::client::Shared;
use crate::crypto::random;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::exempt::Rule;
use crate::hosts::Trouble;
use crate::outcome;
use crate::request::Prepared;
use crate::response::Response;
use crate::retry::Retry;
use crate::runtime;
use crate::settle::{settle, timed_out};
use crate::trace::Span;
use crate::transport::FileBody;
use crate::trust::Trust;

/// How long is waited for an exchange that was cut off to be over.
const QUIET: Duration = Duration::from_millis(30);

/// As many permits as calls may be under way.
pub(crate) type Turns = Arc<Semaphore>;

pub(crate) fn turns(max_concurrent: Option<usize>) -> Result<Option<Turns>> {
    match max_concurrent {
        Some(calls) if !(1..=Semaphore::MAX_PERMITS).contains(&calls) => {
            Err(Error::config("max_concurrent is zero or far too large, expected a number of calls"))
        }
        calls => Ok(calls.map(|calls| Arc::new(Semaphore::new(calls)))),
    }
}

/// Signs, sends, verifies. Time and nonce are taken in at the first poll.
///
/// What the future holds is made before it, and it borrows from there: an `async fn` would hold its arguments twice.
pub(crate) fn execute(client: Arc<Shared>, mut prepared: Prepared) -> impl Future<Output = Result<Response>> + Send {
    let state = Arc::new(CallState::new(mem::take(&mut prepared.operation), prepared.is_v2));
    let mut call = Call { client, state, prepared };
    async move { call.run().await }
}

/// The same for a file: its head, and its body to be read.
pub(crate) async fn open(client: Arc<Shared>, mut prepared: Prepared, rule: Rule) -> Result<(Response, FileBody)> {
    let operation = mem::take(&mut prepared.operation);
    let state = Arc::new(CallState::for_file(operation, prepared.is_v2, rule));
    let response = Call { client, state: Arc::clone(&state), prepared }.run().await?;
    let replaced = "a layer of the application answered in the place of the file";
    let file = state.take_file().ok_or_else(|| Error::new(ErrorKind::Middleware, replaced))?;
    Ok((response, file))
}

/// Tells of a write that is dropped after it was sent.
struct Watch {
    span: Span,
    state: Arc<CallState>,
    write: bool,
}

impl Watch {
    fn over(mut self) {
        self.write = false;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.write && (self.state.is_sent() || self.state.is_open()) {
            self.span.dropped();
        }
    }
}

/// One call, all its attempts included.
struct Call {
    client: Arc<Shared>,
    state: Arc<CallState>,
    prepared: Prepared,
}

impl Call {
    /// A call from its first poll to its end, as it is told to `tracing`.
    async fn run(&mut self) -> Result<Response> {
        self.state.begin(self.prepared.timeout);
        let span = Span::of(&mut self.prepared);
        let watch = Watch { span: span.clone(), state: Arc::clone(&self.state), write: !self.prepared.intent.read };
        let result = span.around(self.attempts(&span)).await;
        watch.over();
        span.end(&result);
        result
    }

    /// Attempt after attempt, as far as the policy, the deadline and the hosts go.
    async fn attempts(&mut self, span: &Span) -> Result<Response> {
        let retry = self.prepared.retry.or(self.client.retry);
        let intent = self.prepared.intent;
        let retry = retry.unwrap_or_else(|| Retry::default_for(intent.read || intent.idempotent));
        let _permit = match self.begin().await {
            Ok(permit) => permit,
            Err(late) => return self.settle(Err(late)),
        };
        let (mut failures, mut tried) = (0, Vec::new());
        let mut is_there = true;
        while mem::replace(&mut is_there, self.can_go_again(&retry)) {
            let (started, exchanges) = (Instant::now(), self.state.exchanges());
            let (attempt, at) = self.next(&retry, &tried, started);
            let result = self.attempt(attempt).await;
            span.attempt(&result, started);
            self.report(at, result.as_ref().err(), self.state.exchanges() > exchanges);
            let Err(error) = result else { return result };
            if error.outcome_unknown() {
                // It stays so, whatever becomes of the attempts to come.
                self.state.mark_open();
            }
            // A host that answered is as good as any for the next attempt.
            tried.extend(at.filter(|_| matches!(error.kind(), ErrorKind::Connect | ErrorKind::Transport)));
            let another = at.is_some() && tried.len() < self.client.hosts.len();
            if error.kind() == ErrorKind::Connect && error.is_retryable() && another && !self.left().is_zero() {
                // Nothing was sent: another host is no repetition.
                continue;
            }
            failures += 1;
            let Some(wait) = self.wait(&retry, failures, &error) else { return Err(error) };
            if runtime::pause(wait).await.is_err() {
                return Err(error);
            }
            self.state.clear_sent();
            if !another {
                tried.clear();
            }
        }
        Err(Error::new(ErrorKind::Request, "a request that can be sent once was to be sent again"))
    }

    /// Waits for its turn and its keys, and finishes the request.
    async fn begin(&mut self) -> Result<Option<OwnedSemaphorePermit>, Late> {
        let background = runtime::handle().map_err(|error| Late::Not(error.into()))?;
        let (permit, trust) = {
            let mut part = pin!(self.turn_and_keys());
            // Mostly both are there, and no timer is needed.
            match poll_fn(|cx| Poll::Ready(part.as_mut().poll(cx))).await {
                Poll::Ready(ready) => ready.map_err(Late::Not)?,
                Poll::Pending => in_time(self.within(background, part).await)?,
            }
        };
        let finished = self.prepared.finish(&trust, SystemTime::now());
        finished.map_err(|error| Late::Not(error.before_the_call().into()))?;
        self.state.ask(&self.prepared.request);
        Ok(permit)
    }

    async fn turn_and_keys(&self) -> Result<(Option<OwnedSemaphorePermit>, Arc<Trust>), BoxError> {
        let closed = |_| Error::new(ErrorKind::Config, "the client is closed").before_the_call();
        let permit = match &self.client.turns {
            Some(turns) => Some(Arc::clone(turns).acquire_owned().await.map_err(closed)?),
            None => None,
        };
        // APIv2 knows no platform certificates.
        let trust = match self.prepared.is_v2 {
            true => self.client.store.snapshot(),
            false => self.client.store.ready().await.map_err(Error::before_the_call)?,
        };
        Ok((permit, trust))
    }

    /// Whether the request is kept because it may be needed again.
    fn can_go_again(&self, retry: &Retry) -> bool {
        self.client.hosts.len() > 1 || retry.is_more_than_one()
    }

    /// The request for the best host that was not tried.
    fn next(&mut self, retry: &Retry, tried: &[usize], now: Instant) -> (http::Request<Bytes>, Option<usize>) {
        let hosts = &self.client.hosts;
        let mut request = match self.can_go_again(retry) {
            true => self.prepared.request.clone(),
            false => mem::take(&mut self.prepared.request),
        };
        // A call that is for another place says nothing about the hosts, and is no probe of one.
        let at = if hosts.are_asked(request.uri()) { hosts.pick(tried, now) } else { None };
        let Some(another) = at.filter(|at| *at > 0) else { return (request, at) };
        let uri = hosts.rewrite(request.uri(), another);
        let at = at.filter(|_| uri.is_some());
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        (request, at)
    }

    async fn attempt(&self, request: http::Request<Bytes>) -> Result<Response> {
        let background = runtime::handle()?;
        let result = {
            // The timer gets a pointer: moved into it, the whole future would be copied.
            let sending = pin!(self.client.stack.send(request, &self.state));
            in_time(self.within(background, sending).await)
        };
        // APIv2 says no under the status of a yes.
        let is_yes = result.as_ref().is_ok_and(|response| response.status().is_success() && !self.state.is_v2());
        if !is_yes && !self.state.is_quiet() {
            // What was cut off may still be about to send: what is known is said when it is over. A layer may keep it up.
            let quiet = {
                let _background = background.enter();
                tokio::time::timeout(QUIET, self.state.quiet())
            };
            if quiet.await.is_err() {
                self.state.mark_open();
            }
        }
        self.settle(result)
    }

    /// A part of the call, until the deadline.
    fn within<F: Future>(&self, background: &Handle, part: F) -> Timeout<F> {
        // The timer is the background runtime's, whatever runtime polls this future.
        let _background = background.enter();
        tokio::time::timeout_at(self.state.deadline().into(), part)
    }

    fn settle(&self, result: Result<http::Response<Bytes>, Late>) -> Result<Response> {
        let has_layers = self.client.has_layers;
        let result = result.map_err(|late| match late {
            Late::Not(error) => error,
            Late::Deadline => timed_out(self.prepared.timeout, &self.state, has_layers).into(),
        });
        settle(self.prepared.intent, &self.state, result, has_layers)
            .map(|response| response.with_key(self.client.private_key.clone()))
    }

    /// How long to wait before the next attempt; `None` if there is to be none.
    fn wait(&self, retry: &Retry, failures: u32, error: &Error) -> Option<Duration> {
        // What a caller's own layer failed with, it can repeat itself.
        if !error.is_retryable() || error.kind() == ErrorKind::Middleware {
            return None;
        }
        let too_often = error.rejection().is_some_and(|no| outcome::is_too_often(no.status(), no.code()));
        let wait = retry.wait(failures, too_often, error.retry_after(), random::fraction())?;
        (wait < self.left()).then_some(wait)
    }

    fn left(&self) -> Duration {
        self.state.deadline().saturating_duration_since(Instant::now())
    }

    /// Tells what an attempt says about its host, if it got as far as an exchange.
    fn report(&self, at: Option<usize>, error: Option<&Error>, exchanged: bool) {
        let (Some(at), hosts) = (at, &self.client.hosts) else { return };
        match error.map(Error::kind) {
            None | Some(ErrorKind::Rejected | ErrorKind::Verify | ErrorKind::Decode) => hosts.answered(at),
            Some(ErrorKind::Connect) => hosts.failed(at, Trouble::Unreachable, Instant::now()),
            Some(ErrorKind::Transport) => hosts.failed(at, Trouble::Broke, Instant::now()),
            // Without an exchange it was a signer, a layer or a queue that took too long.
            Some(ErrorKind::Timeout) if exchanged => hosts.failed(at, Trouble::Broke, Instant::now()),
            Some(_) => {}
        }
    }
}

fn in_time<T>(result: Result<Result<T, BoxError>, Elapsed>) -> Result<T, Late> {
    result.map_err(|_| Late::Deadline)?.map_err(Late::Not)
}

/// Why a part of a call has no result.
enum Late {
    Deadline,
    Not(BoxError),
}
