//! One call from start to end: the deadline, the attempts, the hosts, and what their result means.

use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

use super::conclude::{conclude, timed_out};
use super::engine::Engine;
use super::in_hand::InHand;
use super::response::Response;
use super::stack;
use super::state::CallState;
use super::trace::Span;
use crate::crypto::random;
use crate::error::outcome;
use crate::error::retry::Retry;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::protocol::v3::exempt::Rule;
use crate::protocol::v3::trust::Trust;
use crate::request::prepare::Prepared;
use crate::transport::driver::Driver;
use crate::transport::file_body::FileBody;
use crate::transport::hosts::Trouble;
use crate::transport::runtime;
use crate::transport::timer::{self, Over};

/// How long is waited for an exchange that was cut off to be over.
const IDLE_WAIT: Duration = Duration::from_millis(30);

/// Signs, sends, verifies. Time and nonce are taken in at the first poll.
///
/// What the future holds is made before it, and it borrows from there: an `async fn` would hold its arguments twice.
pub(crate) fn execute(engine: Arc<Engine>, mut prepared: Prepared) -> impl Future<Output = Result<Response>> + Send {
    let state = Arc::new(CallState::new(prepared.protocol(), mem::take(&mut prepared.operation)));
    let mut call = Call { engine, state, prepared };
    async move { call.run().await }
}

/// The same for a file: its head, and its body to be read.
pub(crate) async fn open(engine: Arc<Engine>, mut prepared: Prepared, rule: Rule) -> Result<(Response, FileBody)> {
    let operation = mem::take(&mut prepared.operation);
    let state = Arc::new(CallState::for_file(prepared.protocol(), operation, rule));
    let response = Call { engine, state: Arc::clone(&state), prepared }.run().await?;
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
    engine: Arc<Engine>,
    state: Arc<CallState>,
    prepared: Prepared,
}

impl Call {
    /// A call from its first poll to its end, as it is told to `tracing`.
    async fn run(&mut self) -> Result<Response> {
        self.state.begin(self.prepared.timeout);
        #[cfg(feature = "tracing")]
        let span = Span::new(self.prepared.request.method().clone(), mem::take(&mut self.prepared.template));
        #[cfg(not(feature = "tracing"))]
        let span = Span::new();
        let watch = Watch { span: span.clone(), state: Arc::clone(&self.state), write: !self.prepared.intent.read };
        let result = span.around(self.attempts(&span)).await;
        watch.over();
        span.end(&result);
        result
    }

    /// Attempt after attempt, as far as the policy, the deadline and the hosts go.
    async fn attempts(&mut self, span: &Span) -> Result<Response> {
        let retry = self.prepared.retry.or(self.engine.retry);
        let intent = self.prepared.intent;
        let retry = retry.unwrap_or_else(|| Retry::default_for(intent.read || intent.idempotent));
        let (driver, _permit) = match self.begin().await {
            Ok(begun) => begun,
            Err(failed) => return self.conclude(Err(failed), false),
        };
        let (mut failures, mut tried) = (0, Vec::new());
        let mut is_there = true;
        while mem::replace(&mut is_there, self.can_go_again(&retry)) {
            let (started, exchanges) = (Instant::now(), self.state.exchanges());
            let (request, at) = self.next(&retry, &tried, started);
            let result = self.attempt(&driver, &mut Some(request)).await;
            span.attempt(&result, started);
            self.report(at, result.as_ref().err(), self.state.exchanges() > exchanges);
            let Err(error) = result else { return result };
            if error.outcome_unknown() {
                // It stays so, whatever becomes of the attempts to come.
                self.state.mark_open();
            }
            // A host that answered is as good as any for the next attempt.
            tried.extend(at.filter(|_| matches!(error.kind(), ErrorKind::Connect | ErrorKind::Transport)));
            let another = at.is_some() && tried.len() < self.engine.sender.hosts.len();
            if another && self.was_not_sent(&error) && error.is_retryable() && !self.left().is_zero() {
                // Another host is no repetition.
                continue;
            }
            failures += 1;
            let Some(wait) = self.wait(&retry, failures, &error) else { return Err(error) };
            if timer::pause(&driver, wait).await.is_err() {
                return Err(error);
            }
            self.state.clear_sent();
            if !another {
                tried.clear();
            }
        }
        Err(stack::gone())
    }

    /// Waits for its turn and its keys, and finishes the request; what drives the call from here on.
    async fn begin(&mut self) -> Result<(Driver, Option<OwnedSemaphorePermit>), Failed> {
        let driver = self.engine.sender.hyper.drive().driver().map_err(|error| Failed::With(error.into()))?.clone();
        let (permit, trust) = {
            let part = pin!(self.permit_and_keys());
            in_time(timer::until(&driver, self.state.deadline(), part).await)?
        };
        let finished = self.prepared.finish(&trust, SystemTime::now());
        finished.map_err(|error| Failed::With(error.before_the_call().into()))?;
        self.state.ask(&self.prepared.request);
        Ok((driver, permit))
    }

    async fn permit_and_keys(&self) -> Result<(Option<OwnedSemaphorePermit>, Arc<Trust>), BoxError> {
        let closed = |_| Error::new(ErrorKind::Config, "the client is closed").before_the_call();
        let permit = match &self.engine.sender.permits {
            Some(permits) => Some(Arc::clone(permits).acquire_owned().await.map_err(closed)?),
            None => None,
        };
        let keys = self.state.protocol.keys(&self.engine.keys).await;
        let trust = keys.map_err(Error::before_the_call)?;
        Ok((permit, trust))
    }

    /// Whether the request is kept because it may be needed again.
    fn can_go_again(&self, retry: &Retry) -> bool {
        self.engine.sender.hosts.len() > 1 || retry.is_more_than_one()
    }

    /// The request for the best host that was not tried.
    fn next(&mut self, retry: &Retry, tried: &[usize], now: Instant) -> (http::Request<Bytes>, Option<usize>) {
        let hosts = &self.engine.sender.hosts;
        let mut request = match self.can_go_again(retry) {
            true => self.prepared.request.clone(),
            false => mem::take(&mut self.prepared.request),
        };
        // A call that is for another place says nothing about the hosts, and is no probe of one.
        let is_theirs = !self.prepared.stays && hosts.are_asked(request.uri());
        let at = if is_theirs { hosts.pick(tried, now) } else { None };
        let Some(another) = at.filter(|at| *at > 0) else { return (request, at) };
        let uri = hosts.rewrite(request.uri(), another);
        let at = at.filter(|_| uri.is_some());
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        (request, at)
    }

    async fn attempt(&self, driver: &Driver, request: &mut Option<http::Request<Bytes>>) -> Result<Response> {
        let in_hand = request.as_mut().and_then(|request| self.hand_over(request));
        let (result, is_held) = {
            // The timer gets a pointer: moved into it, the whole future would be copied.
            let sending = pin!(self.engine.sender.stack.send(request, &self.state));
            let result = in_time(timer::until(driver, self.state.deadline(), sending).await);
            // Before what the layers hold is dropped with the future.
            (result, in_hand.as_ref().is_some_and(InHand::is_held))
        };
        let result = result.map_err(|failed| self.or_late(failed));
        let lost =
            in_hand.is_some_and(|in_hand| self.may_be_lost(&in_hand, is_held, matches!(result, Err(Failed::Late))));
        let protocol = self.state.protocol;
        let is_yes = result.as_ref().is_ok_and(|response| !protocol.may_refuse_with(response.status()));
        if !is_yes && !self.state.is_idle() {
            // What was cut off may still be about to send: what is known is said when it is over. A layer may keep it up.
            // Rare, so it is no part of every call's future.
            if !Box::pin(timer::moment(driver, IDLE_WAIT, self.state.until_idle())).await {
                self.state.mark_open();
            }
        }
        self.conclude(result, lost)
    }

    /// Notes what goes to the caller's layers, where there are any.
    fn hand_over(&self, request: &mut http::Request<Bytes>) -> Option<InHand> {
        let layers = self.engine.sender.layers.as_ref()?;
        self.state.hand_over();
        Some(layers.hand_over(request, self.prepared.intent.read))
    }

    /// Whether a layer may have sent the request without our knowing; when the call's time is over, what it did not pass on by now is
    /// not sent any more.
    fn may_be_lost(&self, in_hand: &InHand, is_held: bool, is_late: bool) -> bool {
        if !is_late {
            return !self.state.has_arrived();
        }
        let has_arrived = self.state.withdraw();
        let withdrawn = self.engine.sender.layers.as_ref().is_some_and(|layers| layers.withdraw(in_hand));
        !(withdrawn && (has_arrived || is_held))
    }

    /// An attempt that came too late to be sent ends by the call's deadline, also where it said so before the timer did.
    fn or_late(&self, failed: Failed) -> Failed {
        match failed {
            Failed::With(error)
                if self.state.is_late()
                    && error.downcast_ref::<Error>().is_some_and(|error| error.kind() == ErrorKind::Timeout) =>
            {
                Failed::Late
            }
            failed => failed,
        }
    }

    /// Whether a host was not reached, or was lost before a byte of the request left; in doubt it was sent.
    fn was_not_sent(&self, error: &Error) -> bool {
        match error.kind() {
            ErrorKind::Connect => true,
            ErrorKind::Transport => !(error.is_sent() || self.state.is_sent() || self.state.is_open()),
            _ => false,
        }
    }

    fn conclude(&self, result: Result<http::Response<Bytes>, Failed>, lost: bool) -> Result<Response> {
        let result = result.map_err(|failed| match failed {
            Failed::With(error) => error,
            Failed::Late => timed_out(self.prepared.timeout, &self.state, lost).into(),
        });
        conclude(self.prepared.intent, &self.state, result, lost)
            .map(|response| response.with_key(self.engine.merchant.private_key.clone()))
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
        let (Some(at), hosts) = (at, &self.engine.sender.hosts) else { return };
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

fn in_time<T>(result: Result<Result<T, BoxError>, Over>) -> Result<T, Failed> {
    match result {
        Ok(result) => result.map_err(Failed::With),
        Err(Over::Late) => Err(Failed::Late),
        Err(Over::ShutDown) => Err(Failed::With(runtime::shut_down_meanwhile().into())),
    }
}

/// Why a part of a call has no result.
enum Failed {
    /// The deadline passed.
    Late,
    With(BoxError),
}
