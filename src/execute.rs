//! One call from start to end: the deadline around the stack, and what its result means.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tower::ServiceExt as _;

use crate::call::CallState;
use crate::client::Shared;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::outcome::{Intent, Phase, outcome};
use crate::rejection::Rejection;
use crate::request::Prepared;
use crate::response::Response;
use crate::runtime;

/// Signs, sends, verifies. Time and nonce are taken in here, at the first poll.
pub(crate) async fn execute(client: Arc<Shared>, prepared: Prepared) -> Result<Response> {
    let Prepared { mut request, operation, timeout, intent } = prepared;
    let state = Arc::new(CallState::new(operation));
    request.extensions_mut().insert(Arc::clone(&state));
    let runtime = runtime::handle()?;
    let calling = client.stack.clone().oneshot(request);
    let within = {
        // The timer is the background runtime's, whatever runtime polls this future.
        let _background = runtime.enter();
        tokio::time::timeout(timeout, calling)
    };
    let result = within.await.unwrap_or_else(|_| Err(timed_out(timeout, &state).into()));
    settle(intent, &state, result)
}

/// Turns what came out of the stack into a response that is verified, or an error that says what is known.
fn settle(intent: Intent, state: &CallState, result: Result<http::Response<Bytes>, BoxError>) -> Result<Response> {
    let fail = |error: Error, phase: Phase<'_>| Err(error.with_call(outcome(intent, phase), state.trail()));
    let response = match result {
        Ok(response) => response,
        Err(error) => {
            let error = Error::from_layer(error);
            let phase = phase(error.kind(), state.is_sent());
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
    match proof {
        Some(proof) => Ok(Response::new(parts, body, state.trail(), &proof)),
        None => fail(
            Error::new(
                ErrorKind::Middleware,
                "a layer of the application replaced the request or its answer, so nothing is verified",
            ),
            Phase::Middleware,
        ),
    }
}

/// How far a call came that ended with an error of this kind.
fn phase(kind: ErrorKind, sent: bool) -> Phase<'static> {
    match kind {
        ErrorKind::Verify => Phase::Unverified,
        ErrorKind::Middleware => Phase::Middleware,
        _ if sent => Phase::Broken,
        ErrorKind::Sign | ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => Phase::NotSent,
        _ => Phase::Refused,
    }
}

fn timed_out(timeout: Duration, state: &CallState) -> Error {
    let message = match state.is_sent() {
        true => format!("no answer within {timeout:?}"),
        false => format!("not sent within {timeout:?}; nothing was sent"),
    };
    Error::new(ErrorKind::Timeout, message)
}
