//! What a row is, and how an answer is written in one.

use serde_json::Value;

use super::super::answer::{Content, Outcome, Refusal};
use super::super::call::Version;
use super::super::control::request::ControlError;

/// In a state something happens; then the state, the answer in either version of the API, and how often somebody is told of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) state: &'static str,
    pub(super) event: &'static str,
    pub(super) becomes: &'static str,
    v3: &'static str,
    v2: &'static str,
    pub(super) notices: usize,
}

/// A row after which nobody is told.
pub(super) const fn row(
    state: &'static str,
    event: &'static str,
    becomes: &'static str,
    v3: &'static str,
    v2: &'static str,
) -> Row {
    Row { state, event, becomes, v3, v2, notices: 0 }
}

/// A row about what payers, time or somebody at the controls do: nobody calls.
pub(super) const fn done(state: &'static str, event: &'static str, becomes: &'static str, said: &'static str) -> Row {
    row(state, event, becomes, said, said)
}

/// Such a row after which somebody is told.
pub(super) const fn told(state: &'static str, event: &'static str, becomes: &'static str, said: &'static str) -> Row {
    Row { notices: 1, ..done(state, event, becomes, said) }
}

impl Row {
    pub(super) fn answer(&self, version: Version) -> &'static str {
        match version {
            Version::V3 => self.v3,
            Version::V2 => self.v2,
        }
    }
}

/// Status and, of a refusal, code, internal code if it has one, and message. APIv2 has neither statuses nor internal codes.
pub(super) fn answer(version: Version, outcome: &Outcome) -> String {
    match (outcome, version) {
        (Ok(answer), Version::V3) => answer.status.to_string(),
        (Ok(_), Version::V2) => "SUCCESS".to_owned(),
        (Err(refusal), Version::V3) => format!("{} {}", refusal.status, words(refusal)),
        (Err(refusal), Version::V2) => refusal.code.clone(),
    }
}

fn words(refusal: &Refusal) -> String {
    match refusal.internal {
        0 => format!("{} {}", refusal.code, refusal.message),
        internal => format!("{} {internal} {}", refusal.code, refusal.message),
    }
}

/// What the control interface answers: `ok`, or the code and what the payer's client would say.
pub(super) fn control(outcome: &Result<Value, ControlError>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(error) => format!("{} {}", error.code, error.message),
    }
}

/// The members of a good answer.
pub(super) fn fields(outcome: Outcome) -> Value {
    match outcome.expect("answered").content {
        Content::Fields(fields) => fields,
        other => panic!("expected members, not {other:?}"),
    }
}
