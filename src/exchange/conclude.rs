//! What came out of the stack, and what it means: a response that is verified, or an error that says what is known.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::response::Response;
use super::retry_after;
use super::state::CallState;
use crate::error::outcome::{Intent, Phase, outcome};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::protocol::v3::{answer, sign};

/// Turns what came out of the stack into a response that is verified, or an error that says what is known. `lost` if a layer of the
/// caller kept the request, or its state, from us and may have sent it.
pub(crate) fn conclude(
    intent: Intent,
    state: &CallState,
    result: Result<http::Response<Bytes>, BoxError>,
    lost: bool,
) -> Result<Response> {
    let fail =
        |error: Error, phase: Phase<'_>| Err(error.with_call(outcome(intent, phase, state.is_open()), state.trail()));
    let response = match result {
        Ok(response) => response,
        Err(error) => {
            let error = Error::from_layer(error);
            let phase = phase(&error, state, lost);
            return fail(error, phase);
        }
    };
    let (parts, body) = response.into_parts();
    let proof = state.take_proof(parts.status, &body);
    if !parts.status.is_success() {
        let error = declined(state, &parts, body, proof.is_some());
        let code = error.rejection().map_or_else(String::new, |rejection| rejection.code().to_owned());
        return fail(error, Phase::Answered { status: parts.status, code: &code, verified: proof.is_some() });
    }
    if let Some(rejection) = state.protocol.refusal(state, &parts, &body, proof.is_some()) {
        let code = rejection.code().to_owned();
        let phase = match state.is_turned_away(parts.status, &body) {
            true => Phase::Refused,
            false => Phase::Answered { status: parts.status, code: &code, verified: proof.is_some() },
        };
        return fail(Error::rejected(rejection), phase);
    }
    match proof {
        Some(proof) => Ok(Response::new(parts, body, state.trail(), &proof).in_format(state.protocol.format())),
        None => fail(
            Error::new(
                ErrorKind::Middleware,
                "a layer of the application replaced the request or its answer, so nothing is verified",
            ),
            Phase::Middleware,
        ),
    }
}

/// The error of an answer that is no 2xx, with what explains it.
fn declined(state: &CallState, parts: &http::response::Parts, body: Bytes, verified: bool) -> Error {
    let error = Error::rejected(answer::rejection(parts.status, &parts.headers, body, verified))
        .with_retry_after(retry_after::parse(&parts.headers, SystemTime::now()));
    let explained = explain(state, &error, &parts.headers).or_else(|| unversioned(state, parts.status));
    explained.into_iter().fold(error, |error, why| error.and(&format!("; {why}")))
}

/// What to look at first when a path without a version is not found. URLs of files come from answers and are as they are.
fn unversioned(state: &CallState, status: http::StatusCode) -> Option<String> {
    let (_, path) = state.delivery.target()?;
    let misses_it = state.protocol.misses_version(path.as_ref()?.path()) && state.file_rule().is_none();
    (status == http::StatusCode::NOT_FOUND && misses_it)
        .then(|| "the path begins with no version: `v3/` is missing in front of it (for APIv2 `v2/`)".to_owned())
}

/// Which line of what was signed the gateway saw otherwise, when it refused the signature.
fn explain(state: &CallState, error: &Error, headers: &http::HeaderMap) -> Option<String> {
    let no = error.rejection().filter(|no| no.status() == http::StatusCode::UNAUTHORIZED)?;
    let information = no.detail()?.get("sign_information")?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let theirs = headers.get(http::header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let theirs = theirs.and_then(|date| Some(date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs()));
    let ahead = theirs.and_then(|theirs| i64::try_from(i128::from(now) - i128::from(theirs)).ok());
    sign::explain(&state.take_signed()?, information, ahead)
}

/// How far a call came that ended with this error.
fn phase(error: &Error, state: &CallState, lost: bool) -> Phase<'static> {
    if error.is_before_the_call() {
        return if passes(error) { Phase::NotSent } else { Phase::Refused };
    }
    let sent = state.is_sent() || error.is_sent();
    match error.kind() {
        ErrorKind::Verify => Phase::Unverified,
        ErrorKind::Middleware => Phase::Middleware,
        _ if sent => Phase::Broken,
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport if lost => Phase::Middleware,
        _ if passes(error) => Phase::NotSent,
        _ => Phase::Refused,
    }
}

/// Whether what failed may succeed when it is tried again.
fn passes(error: &Error) -> bool {
    match error.kind() {
        // Only the signer knows.
        ErrorKind::Sign => error.is_retryable(),
        kind => matches!(kind, ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport),
    }
}

pub(crate) fn timed_out(timeout: Duration, state: &CallState, lost: bool) -> Error {
    let message = match state.is_sent() || state.is_open() || lost {
        true => format!("no answer within {timeout:?}"),
        false => format!("not sent within {timeout:?}; nothing was sent"),
    };
    Error::new(ErrorKind::Timeout, message)
}
