use wechatpay_chain::{Response, Result};

/// What to write beside the number that was stored before the call.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// Accepted; the answer was verified.
    Accepted,
    /// It may have happened. Query, or repeat with the same number and body.
    Unknown,
    /// It did not happen; why. Correct it, then repeat with the same number.
    Refused(String),
    /// It did not happen, and a later attempt may succeed: no connection, or slower.
    Later,
}

pub fn outcome(result: &Result<Response>) -> Outcome {
    match result {
        Ok(_) => Outcome::Accepted,
        Err(error) if error.outcome_unknown() => Outcome::Unknown,
        Err(error) if error.is_retryable() => Outcome::Later,
        Err(error) => Outcome::Refused(error.to_string()),
    }
}
