//! One call from start to end: the deadline, the attempts, the hosts, and what their result means.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use crate::call::CallState;
use crate::client::Shared;
use crate::crypto::random;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::exempt::Rule;
use crate::hosts::News;
use crate::outcome::{self, Intent, Phase, outcome};
use crate::rejection::Rejection;
use crate::request::Prepared;
use crate::response::Response;
use crate::retry::{self, Retry};
use crate::runtime;
use crate::trace::Span;
use crate::transport::FileBody;

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

/// Signs, sends, verifies. Time and nonce are taken in here, at the first poll.
pub(crate) async fn execute(client: Arc<Shared>, prepared: Prepared) -> Result<Response> {
    let state = Arc::new(CallState::new(prepared.operation.clone(), prepared.is_v2));
    call(client, prepared, state).await
}

/// The same for a file: its head, and its body to be read.
pub(crate) async fn open(client: Arc<Shared>, prepared: Prepared, rule: Rule) -> Result<(Response, FileBody)> {
    let state = Arc::new(CallState::for_file(prepared.operation.clone(), prepared.is_v2, rule));
    let response = call(client, prepared, Arc::clone(&state)).await?;
    let replaced = "a layer of the application answered in the place of the file";
    let file = state.take_file().ok_or_else(|| Error::new(ErrorKind::Middleware, replaced))?;
    Ok((response, file))
}

/// A call from its first poll to its end, as it is told to `tracing`.
async fn call(client: Arc<Shared>, mut prepared: Prepared, state: Arc<CallState>) -> Result<Response> {
    let span = Span::of(&mut prepared);
    let watch = Watch { span: span.clone(), state: Arc::clone(&state), write: !prepared.intent.read };
    let result = span.around(attempts(client, prepared, state, &span)).await;
    watch.over();
    span.end(&result);
    result
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

/// Attempt after attempt, as far as the policy, the deadline and the hosts go.
async fn attempts(client: Arc<Shared>, prepared: Prepared, state: Arc<CallState>, span: &Span) -> Result<Response> {
    let call = Call { intent: prepared.intent, timeout: prepared.timeout, started: Instant::now(), client, state };
    let retry = prepared.retry.or(call.client.retry);
    let retry = retry.unwrap_or_else(|| Retry::default_for(call.intent.read || call.intent.idempotent));
    let (request, _permit) = match call.within(call.begin(prepared)).await {
        Ok(begun) => begun,
        Err(error) => return call.settle(Err(error)),
    };
    let (mut failures, mut tried) = (0, Vec::new());
    let mut request = Some(request);
    while let Some((attempt, at)) = call.next(&mut request, &retry, &tried) {
        let (started, exchanges) = (Instant::now(), call.state.exchanges());
        let result = call.attempt(attempt).await;
        span.attempt(&result, started.elapsed());
        call.report(at, result.as_ref().err(), call.state.exchanges() > exchanges);
        let Err(error) = result else { return result };
        if error.outcome_unknown() {
            // It stays so, whatever becomes of the attempts to come.
            call.state.mark_open();
        }
        // A host that answered is as good as any for the next attempt.
        tried.extend(at.filter(|_| matches!(error.kind(), ErrorKind::Connect | ErrorKind::Transport)));
        let another = at.is_some() && tried.len() < call.client.hosts.len();
        if error.kind() == ErrorKind::Connect && error.is_retryable() && another && !call.left().is_zero() {
            // Nothing was sent: another host is no repetition.
            continue;
        }
        failures += 1;
        let Some(wait) = call.wait(&retry, failures, &error) else { return Err(error) };
        if runtime::pause(wait).await.is_err() {
            return Err(error);
        }
        call.state.clear_sent();
        if !another {
            tried.clear();
        }
    }
    Err(Error::new(ErrorKind::Request, "a request that can be sent once was to be sent again"))
}

/// What the attempts of one call have in common.
struct Call {
    client: Arc<Shared>,
    state: Arc<CallState>,
    intent: Intent,
    timeout: Duration,
    started: Instant,
}

impl Call {
    /// Waits for its turn and its keys, and finishes the request.
    async fn begin(
        &self,
        prepared: Prepared,
    ) -> Result<(http::Request<Bytes>, Option<OwnedSemaphorePermit>), BoxError> {
        let closed = |_| Error::new(ErrorKind::Config, "the client is closed").before_the_call();
        let permit = match &self.client.turns {
            Some(turns) => Some(Arc::clone(turns).acquire_owned().await.map_err(closed)?),
            None => None,
        };
        // APIv2 knows no platform certificates.
        let trust = match prepared.is_v2 {
            true => self.client.store.snapshot(),
            false => self.client.store.ready().await.map_err(Error::before_the_call)?,
        };
        let mut request = prepared.finish(&trust, SystemTime::now()).map_err(Error::before_the_call)?;
        self.state.ask(&request);
        request.extensions_mut().insert(Arc::clone(&self.state));
        Ok((request, permit))
    }

    /// The request for the best host that was not tried, kept where it may be needed again.
    fn next(
        &self,
        request: &mut Option<http::Request<Bytes>>,
        retry: &Retry,
        tried: &[usize],
    ) -> Option<(http::Request<Bytes>, Option<usize>)> {
        let hosts = &self.client.hosts;
        let again = hosts.len() > 1 || retry.wait(1, false, None, 0.0).is_some();
        let mut request = if again { request.clone() } else { request.take() }?;
        // A call that is for another place says nothing about the hosts, and is no probe of one.
        let at = if hosts.are_asked(request.uri()) { hosts.pick(tried, Instant::now()) } else { None };
        let uri = at.and_then(|at| hosts.rewrite(request.uri(), at));
        let at = at.filter(|_| uri.is_some());
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        Some((request, at))
    }

    async fn attempt(&self, request: http::Request<Bytes>) -> Result<Response> {
        let result = self.within(self.client.stack.clone().oneshot(request)).await;
        // APIv2 says no under the status of a yes.
        let is_yes = result.as_ref().is_ok_and(|response| response.status().is_success() && !self.state.is_v2());
        if !is_yes && !self.state.is_quiet() {
            // What was cut off may still be about to send: what is known is said when it is over. A layer may keep it up.
            let quiet = {
                let _background = runtime::handle()?.enter();
                tokio::time::timeout(QUIET, self.state.quiet())
            };
            if quiet.await.is_err() {
                self.state.mark_open();
            }
        }
        self.settle(result)
    }

    /// The result of a part of the call, or that the deadline came first.
    async fn within<T>(&self, part: impl Future<Output = Result<T, BoxError>>) -> Result<T, Late> {
        let within = {
            // The timer is the background runtime's, whatever runtime polls this future.
            let _background = runtime::handle().map_err(|error| Late::Not(error.into()))?.enter();
            tokio::time::timeout(self.left(), part)
        };
        within.await.map_err(|_| Late::Deadline)?.map_err(Late::Not)
    }

    fn settle(&self, result: Result<http::Response<Bytes>, Late>) -> Result<Response> {
        let has_layers = self.client.has_layers;
        let result = result.map_err(|late| match late {
            Late::Not(error) => error,
            Late::Deadline => timed_out(self.timeout, &self.state, has_layers).into(),
        });
        settle(self.intent, &self.state, result, has_layers)
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
        self.timeout.saturating_sub(self.started.elapsed())
    }

    /// Tells what an attempt says about its host, if it got as far as an exchange.
    fn report(&self, at: Option<usize>, error: Option<&Error>, exchanged: bool) {
        let news = match error.map(Error::kind) {
            None | Some(ErrorKind::Rejected | ErrorKind::Verify | ErrorKind::Decode) => News::Answered,
            Some(ErrorKind::Connect) => News::Unreachable,
            Some(ErrorKind::Transport) => News::Broke,
            // Without an exchange it was a signer, a layer or a queue that took too long.
            Some(ErrorKind::Timeout) if exchanged => News::Broke,
            Some(_) => return,
        };
        if let Some(at) = at {
            self.client.hosts.report(at, news, Instant::now());
        }
    }
}

/// Why a part of a call has no result.
enum Late {
    Deadline,
    Not(BoxError),
}

/// Turns what came out of the stack into a response that is verified, or an error that says what is known.
fn settle(
    intent: Intent,
    state: &CallState,
    result: Result<http::Response<Bytes>, BoxError>,
    has_layers: bool,
) -> Result<Response> {
    let fail =
        |error: Error, phase: Phase<'_>| Err(error.with_call(outcome(intent, phase, state.is_open()), state.trail()));
    let response = match result {
        Ok(response) => response,
        Err(error) => {
            let error = Error::from_layer(error);
            let phase = phase(&error, state, has_layers);
            return fail(error, phase);
        }
    };
    let (parts, body) = response.into_parts();
    let proof = state.take_proof(parts.status, &body);
    if !parts.status.is_success() {
        let error = Error::rejected(Rejection::new(parts.status, &parts.headers, body, proof.is_some()))
            .with_retry_after(retry::retry_after(&parts.headers, SystemTime::now()));
        let code = error.rejection().map_or_else(String::new, |rejection| rejection.code().to_owned());
        let explained = explain(state, &error, &parts.headers);
        let error = explained.into_iter().fold(error, |error, why| error.and(&format!("; {why}")));
        return fail(error, Phase::Answered { status: parts.status, code: &code, verified: proof.is_some() });
    }
    #[cfg(feature = "v2")]
    if let Some(rejection) = refusal(state, &parts, &body, proof.is_some()) {
        let code = rejection.code().to_owned();
        let phase = Phase::Answered { status: parts.status, code: &code, verified: proof.is_some() };
        return fail(Error::rejected(rejection), phase);
    }
    match proof {
        Some(proof) => Ok(Response::new(parts, body, state.trail(), &proof).of_protocol(state.is_v2())),
        None => fail(
            Error::new(
                ErrorKind::Middleware,
                "a layer of the application replaced the request or its answer, so nothing is verified",
            ),
            Phase::Middleware,
        ),
    }
}

/// Which line of what was signed the gateway saw otherwise, when it refused the signature.
fn explain(state: &CallState, error: &Error, headers: &http::HeaderMap) -> Option<String> {
    let no = error.rejection().filter(|no| no.status() == http::StatusCode::UNAUTHORIZED)?;
    let information = no.detail()?.get("sign_information")?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let theirs = headers.get(http::header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let theirs = theirs.and_then(|date| Some(date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs()));
    let ahead = theirs.and_then(|theirs| i64::try_from(i128::from(now) - i128::from(theirs)).ok());
    crate::sign::explain(&state.take_signed()?, information, ahead)
}

/// The "no" of an answer of APIv2, whose status is 200 all the same.
#[cfg(feature = "v2")]
fn refusal(state: &CallState, parts: &http::response::Parts, body: &Bytes, proven: bool) -> Option<Rejection> {
    if !state.is_v2() || state.is_for_file() {
        return None;
    }
    let refusal = crate::v2::answer::read(&state.operation, body).ok()?.refusal(&state.operation).ok()??;
    Some(Rejection::of_v2(parts.status, &parts.headers, body.clone(), refusal, proven))
}

/// How far a call came that ended with this error.
fn phase(error: &Error, state: &CallState, has_layers: bool) -> Phase<'static> {
    if error.is_before_the_call() {
        return if passes(error.kind()) { Phase::NotSent } else { Phase::Refused };
    }
    // A layer that loses the state takes with it what we could know about sending.
    let lost = has_layers && state.is_lost();
    let sent = state.is_sent() || error.is_sent();
    match error.kind() {
        ErrorKind::Verify => Phase::Unverified,
        ErrorKind::Middleware => Phase::Middleware,
        _ if sent => Phase::Broken,
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport if lost => Phase::Middleware,
        kind if passes(kind) => Phase::NotSent,
        _ => Phase::Refused,
    }
}

/// Whether what failed may succeed when it is tried again.
fn passes(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Sign | ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport)
}

fn timed_out(timeout: Duration, state: &CallState, has_layers: bool) -> Error {
    let message = match state.is_sent() || state.is_open() || has_layers && state.is_lost() {
        true => format!("no answer within {timeout:?}"),
        false => format!("not sent within {timeout:?}; nothing was sent"),
    };
    Error::new(ErrorKind::Timeout, message)
}
