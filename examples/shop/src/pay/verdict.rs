//! What became of a call that changes something.

use wechatpay_chain::{Error as GatewayError, Pending, Rejection, Response};

use crate::error::{Error, Result};

/// What is known of a call.
pub(super) enum Verdict {
    /// It was taken.
    Taken(Response),
    /// WeChat Pay said no, for good, and it is verified that WeChat Pay did.
    Refused(GatewayError),
    /// It may have been taken.
    Open(GatewayError),
    /// It was not, for a reason that passes.
    Later(GatewayError),
}

/// Sends it, to the end, whether or not whoever asked still waits: a browser that goes away must not leave the outcome unknown.
pub(super) async fn send(call: Pending) -> Result<Verdict> {
    Ok(match tokio::spawn(call).await? {
        Ok(answer) => Verdict::Taken(answer),
        Err(error) if error.outcome_unknown() => Verdict::Open(error),
        Err(error) if !error.is_retryable() && error.rejection().is_some_and(Rejection::is_verified) => {
            Verdict::Refused(error)
        }
        Err(error) => Verdict::Later(error),
    })
}

/// What whoever asked is told of something that is open.
pub(super) fn open(number: &str, cause: GatewayError) -> Error {
    Error::Open { number: number.to_owned(), cause: Box::new(cause.into()) }
}

/// The answer to a query; `None` if WeChat Pay says, verified, that there is no such thing.
pub(super) fn known(answer: wechatpay_chain::Result<Response>) -> Result<Option<Response>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.rejection().is_some_and(|no| no.is_verified() && no.status() == 404) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// An answer is about what was asked: this member says the same.
pub(super) fn same(answer: &Response, pointer: &str, expected: &str) -> Result<()> {
    match answer.get::<String>(pointer)? == expected {
        true => Ok(()),
        false => Err(Error::Mismatch(format!("{pointer} of the answer is not {expected}"))),
    }
}

/// The same of an amount.
pub(super) fn same_amount(answer: &Response, pointer: &str, expected: crate::model::money::Fen) -> Result<()> {
    match answer.get::<i64>(pointer)? {
        amount if amount == expected.get() => Ok(()),
        amount => Err(Error::Mismatch(format!("{pointer} of the answer is {amount}, expected {}", expected.get()))),
    }
}
