//! Judges an answer of APIv2, by the APIv2 key.

use bytes::Bytes;

use crate::call::{self, CallState, Target};
use crate::error::Result;
use crate::outcome;
use crate::rejection::request_id;
use crate::secret::Secret;
use crate::v2::answer::{self, Answer};
use crate::v2::table;
use crate::verify::Verified;

/// Judges the answers to calls that were made as calls of APIv2.
#[derive(Debug)]
pub(crate) struct Judge {
    secret: Secret,
    hmac_only: bool,
}

/// What is to be known of a request when its answer comes.
#[derive(Debug)]
pub(crate) struct Asked {
    target: Target,
    is_file: bool,
}

impl Asked {
    pub(crate) fn new(request: &http::Request<Bytes>, state: &CallState) -> Self {
        Self { target: call::target(request), is_file: state.is_for_file() && state.is_asked(request) }
    }
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
    pub(crate) fn judge(&self, asked: Asked, state: &CallState, response: &http::Response<Bytes>) -> Result<()> {
        if !response.status().is_success() {
            // No answer of APIv2's own has another status.
            state.mark_open();
            return Ok(());
        }
        let judged = self.verdict(state, asked.is_file, response.body());
        let open = judged.as_ref().map_or(true, |judged| judged.leaves_open(&state.operation));
        if open {
            state.mark_open();
        }
        let judged = judged.map_err(|error| error.with_request_id(request_id(response.headers())))?;
        if let Some(verified) = judged.verified {
            state.prove(verified, response.status(), response.body().clone(), asked.target);
        }
        Ok(())
    }

    fn verdict(&self, state: &CallState, is_file: bool, body: &Bytes) -> Result<Judged> {
        let path = state.operation.as_str();
        if let Some(right) = answer::of_file(path).filter(|_| is_file) {
            return Ok(Judged { verified: Some(Verified::by_secret(&right)), refusal: None });
        }
        let read = answer::read(path, body).map_err(|why| answer::unreadable(&why))?;
        let refusal = read.refusal(path).map_err(|why| answer::unreadable(&why))?;
        let checked = answer::check(path, &read, &self.secret, self.hmac_only);
        let verified = match checked {
            Ok(right) => Some(Verified::by_secret(&right)),
            // A refusal before the signature was looked at is never signed; it is told, and proves nothing.
            Err(answer::Wrong::Missing) if refusal.is_some() && matches!(read, Answer::Xml(_)) => None,
            Err(wrong) => return Err(answer::unverified(wrong)),
        };
        Ok(Judged { verified, refusal })
    }
}

/// What an answer is.
struct Judged {
    /// `None` for an unsigned refusal, which passes as what it is.
    verified: Option<Verified>,
    refusal: Option<answer::Refusal>,
}

impl Judged {
    fn leaves_open(&self, path: &str) -> bool {
        let verified = self.verified.is_some();
        let code = self.refusal.as_ref().map(|refusal| refusal.code.as_str());
        code.is_some_and(|code| {
            outcome::leaves_open(http::StatusCode::OK, code, verified) || table::leaves_open(path, code)
        })
    }
}
