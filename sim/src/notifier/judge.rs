//! What an answer to a notice means.

use http::StatusCode;
use serde_json::Value;
use wechatpay_catalog::{Protocol, Required, notification};
use wechatpay_chain::gateway::{Authorization, v2};

use super::limits::{wants_data, wants_signature};
use crate::engine::call::Version;
use crate::engine::notices::Verdict;

/// An answer whose head was complete in time; the body as far as it came.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) authorization: Option<String>,
    pub(super) body: Vec<u8>,
}

/// What was answered to, as far as it matters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) version: Version,
    pub(super) event_type: &'a str,
    /// Whether a 2xx whose `code` is not `SUCCESS` is a failure.
    pub(super) minds_code: bool,
}

/// What an answer means, and what there is to say about it.
pub(super) fn judge(asked: Asked<'_>, answer: &Answer) -> (Verdict, Option<String>) {
    if answer.status.is_redirection() {
        return (Verdict::Redirected, Some(format!("{}: redirects are not followed", answer.status.as_u16())));
    }
    if !answer.status.is_success() {
        return (Verdict::Refused, None);
    }
    match asked.version {
        Version::V2 => of_v2(answer),
        Version::V3 if wants_data(asked.event_type) => of_data(asked, answer),
        Version::V3 => of_v3(asked, answer),
    }
}

fn of_v2(answer: &Answer) -> (Verdict, Option<String>) {
    let wrong = |why: String| (Verdict::WrongAnswer, Some(why));
    match v2::parse(&answer.body) {
        Err(error) => wrong(format!("the answer has to be XML with return_code SUCCESS: {error}")),
        Ok(fields) if fields.get("return_code").is_some_and(|code| code == "SUCCESS") => (Verdict::Accepted, None),
        Ok(_) => wrong("return_code is not SUCCESS".to_owned()),
    }
}

fn of_v3(asked: Asked<'_>, answer: &Answer) -> (Verdict, Option<String>) {
    match code(&answer.body) {
        Some(code) if code != "SUCCESS" && asked.minds_code => {
            (Verdict::WrongAnswer, Some(format!("code is {code:?}, not SUCCESS")))
        }
        Some(code) if code != "SUCCESS" => {
            let why =
                format!("warning: code is {code:?}, but the status says that the notice was accepted, and that counts");
            (Verdict::Accepted, Some(why))
        }
        _ => (Verdict::Accepted, None),
    }
}

/// An answer that has to hold data, and perhaps a signature.
fn of_data(asked: Asked<'_>, answer: &Answer) -> (Verdict, Option<String>) {
    let wrong = |why: String| (Verdict::WrongAnswer, Some(why));
    let Ok(Value::Object(body)) = serde_json::from_slice(&answer.body) else {
        return wrong("the answer has to be a JSON object".to_owned());
    };
    let wanted = notification(Protocol::V3, asked.event_type).and_then(|known| known.reply().get("body"));
    let wanted = wanted.into_iter().flat_map(|body| body.fields().iter());
    let missing = wanted.filter(|field| field.required() == Required::Yes && !body.contains_key(field.name()));
    let missing: Vec<_> = missing.map(wechatpay_catalog::Field::name).collect();
    if !missing.is_empty() {
        return wrong(format!("the answer lacks {}", missing.join(", ")));
    }
    match body.get("code").and_then(Value::as_str) {
        Some(code) if code != "SUCCESS" => return wrong(format!("code is {code:?}, not SUCCESS")),
        None if asked.event_type.starts_with("PARKING_FEE.") => return wrong("code has to be SUCCESS".to_owned()),
        _ => {}
    }
    let header = answer.authorization.as_deref().unwrap_or_default();
    match wants_signature(asked.event_type).then(|| Authorization::parse(header)) {
        Some(Err(failure)) => wrong(format!("the answer has to be signed: {failure}")),
        _ => (Verdict::Accepted, None),
    }
}

/// The member `code` of a JSON object.
fn code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("code")?.as_str().map(str::to_owned)
}
