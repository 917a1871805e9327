//! One call from start to end: the deadline around the stack, and what its result means.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tower::ServiceExt as _;

use crate::call::CallState;
use crate::client::Shared;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::exempt::Rule;
use crate::outcome::{Intent, Phase, outcome};
use crate::rejection::Rejection;
use crate::request::Prepared;
use crate::response::Response;
use crate::runtime;
use crate::transport::FileBody;

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

async fn call(client: Arc<Shared>, prepared: Prepared, state: Arc<CallState>) -> Result<Response> {
    let (timeout, intent) = (prepared.timeout, prepared.intent);
    let calling = {
        let state = Arc::clone(&state);
        let client = Arc::clone(&client);
        async move {
            // APIv2 knows no platform certificates.
            let trust = match prepared.is_v2 {
                true => client.store.snapshot(),
                false => client.store.ready().await.map_err(Error::before_the_call)?,
            };
            let mut request = prepared.finish(&trust, SystemTime::now()).map_err(Error::before_the_call)?;
            state.ask(&request);
            request.extensions_mut().insert(state);
            client.stack.clone().oneshot(request).await
        }
    };
    let within = {
        // The timer is the background runtime's, whatever runtime polls this future.
        let _background = runtime::handle()?.enter();
        tokio::time::timeout(timeout, calling)
    };
    let result = within.await;
    if !matches!(result, Ok(Ok(_))) {
        // What was cut off may still be about to send: what is known is said when it is over.
        state.quiet().await;
    }
    let result = result.unwrap_or_else(|_| Err(timed_out(timeout, &state, client.has_layers).into()));
    settle(intent, &state, result, client.has_layers).map(|response| response.with_key(client.private_key.clone()))
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
            if error.is_before_the_call() {
                let phase = if passes(error.kind()) { Phase::NotSent } else { Phase::Refused };
                return fail(error, phase);
            }
            // A layer that loses the state takes with it what we could know about sending.
            let lost = has_layers && state.is_lost();
            let phase = phase(error.kind(), state.is_sent() || error.is_sent(), lost);
            return fail(error, phase);
        }
    };
    let (parts, body) = response.into_parts();
    let proof = state.take_proof(parts.status, &body);
    if !parts.status.is_success() {
        let error = Error::rejected(Rejection::new(parts.status, &parts.headers, body, proof.is_some()));
        let code = error.rejection().map_or_else(String::new, |rejection| rejection.code().to_owned());
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

/// The "no" of an answer of APIv2, whose status is 200 all the same.
#[cfg(feature = "v2")]
fn refusal(state: &CallState, parts: &http::response::Parts, body: &Bytes, proven: bool) -> Option<Rejection> {
    if !state.is_v2() || state.is_for_file() {
        return None;
    }
    let refusal = crate::v2::answer::read(&state.operation, body).ok()?.refusal().ok()??;
    Some(Rejection::of_v2(parts.status, &parts.headers, body.clone(), refusal, proven))
}

/// How far a call came that ended with an error of this kind.
fn phase(kind: ErrorKind, sent: bool, lost: bool) -> Phase<'static> {
    match kind {
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
    let message = match state.is_sent() || has_layers && state.is_lost() {
        true => format!("no answer within {timeout:?}"),
        false => format!("not sent within {timeout:?}; nothing was sent"),
    };
    Error::new(ErrorKind::Timeout, message)
}
