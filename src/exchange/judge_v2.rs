//! Judges an answer of APIv2, by the APIv2 key.

use bytes::Bytes;
use http::StatusCode;
use http::response::Parts;

use super::layer::verify::RequestFacts;
use super::state::CallState;
use crate::crypto::secret::Secret;
use crate::error::rejection::{Rejection, request_id};
use crate::error::{Error, Result};
use crate::protocol::shape::{self, Shape};
use crate::protocol::v2::answer::{self, Verdict};
use crate::transport::watched::ConnectionEvents;

/// Judges the answers to calls that were made as calls of APIv2.
#[derive(Debug)]
pub(crate) struct Judge {
    secret: Secret,
    hmac_only: bool,
}

impl Judge {
    pub(crate) fn new(secret: Secret, hmac_only: bool) -> Self {
        Self { secret, hmac_only }
    }

    /// Notes in the call's state what an answer proves and what it leaves open.
    ///
    /// # Errors
    ///
    /// `Verify` or `Decode`, for a 2xx that is not verified, but for an unsigned refusal.
    pub(super) fn judge(&self, asked: RequestFacts, state: &CallState, response: &http::Response<Bytes>) -> Result<()> {
        if !response.status().is_success() {
            // No answer of APIv2's own has another status.
            state.mark_open();
            return Ok(());
        }
        let verdict = Verdict::of(&state.operation, asked.is_file, response.body(), &self.secret, self.hmac_only);
        // Such an answer has no sign. What came over TLS is the gateway's all the same: nobody else could have written it.
        let turned_away = response.status() == StatusCode::OK
            && ConnectionEvents::are_of_tls(response.extensions())
            && verdict.as_ref().is_ok_and(Verdict::turns_away);
        if !turned_away && verdict.as_ref().map_or(true, |verdict| verdict.may_have_taken_effect(&state.operation)) {
            // A success too: a layer may pass it over, and send again what then fails.
            state.mark_open();
        }
        let verdict = verdict.map_err(|error| explained(error, response))?;
        if turned_away {
            state.turn_away(response.status(), response.body().clone(), asked.target.clone());
        }
        if let Some(verified) = verdict.verified {
            state.prove(verified, response.status(), response.body().clone(), asked.target);
        }
        Ok(())
    }
}

/// An error with what the head of the answer says.
fn explained(error: Error, response: &http::Response<Bytes>) -> Error {
    let headers = response.headers();
    let encoding = shape::named_encoding(headers)
        .filter(|_| !matches!(Shape::of(response.body()), Shape::Compressed(_)))
        .map(|name| format!("; {}", shape::encoded(name)));
    encoding.into_iter().fold(error, |error, encoding| error.and(&encoding)).with_request_id(request_id(headers))
}

/// The "no" of an answer whose status is 200 all the same.
pub(super) fn refusal(state: &CallState, parts: &Parts, body: &Bytes, proven: bool) -> Option<Rejection> {
    if state.is_for_file() {
        return None;
    }
    let refusal = answer::read(&state.operation, body).ok()?.refusal(&state.operation).ok()??;
    Some(refusal.into_rejection(parts.status, &parts.headers, body.clone(), proven))
}
