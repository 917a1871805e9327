//! Checks a request as strictly as the gateway: identity, time, nonce, signature, and the headers it asks for.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, StatusCode, request};
use serde_json::json;

use super::content::{self, Refusal};
use super::merchant::{MCHID, Parties, SERIAL};
use crate::protocol::gateway::{Authorization, Failure, Form, Part, request_message};

/// Invoices are fetched without a signature.
const INVOICES: &str = "/v3/new-tax-control-fapiao/download";

/// A request to be checked: its head, its body, and the parts of the body if it is an upload.
#[derive(Clone, Copy)]
pub(super) struct Received<'a> {
    pub(super) parts: &'a request::Parts,
    pub(super) body: &'a Bytes,
    pub(super) form: Option<&'a Form>,
}

/// The parts of an upload, by its `Content-Type`.
pub(super) fn form(headers: &HeaderMap, body: &Bytes) -> Option<Form> {
    Form::read(&String::from_utf8_lossy(headers.get(CONTENT_TYPE)?.as_bytes()), body)
}

/// Whether the gateway would accept the request; `fresh` tells whether a nonce is new.
pub(super) fn check(
    received: Received<'_>,
    parties: &Parties,
    now: u64,
    fresh: impl FnOnce(&str) -> bool,
) -> Result<(), Refusal> {
    let Received { parts, body, form } = received;
    match parts.uri.path() == INVOICES {
        true if parts.headers.contains_key(AUTHORIZATION) => {
            return Err(param_error("Authorization", "this endpoint takes no Authorization"));
        }
        true => {}
        false => signature(received, parties, now, fresh).map_err(|issue| sign_error(received, issue))?,
    }
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = text(ACCEPT);
    if !accepts.contains("application/json") && !accepts.contains("*/*") {
        return Err(param_error("Accept", "the header Accept must allow application/json"));
    }
    if text(USER_AGENT).is_empty() {
        return Err(param_error("User-Agent", "the header User-Agent is missing"));
    }
    let json =
        || text(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json");
    match body.is_empty() || form.is_some() || json() {
        true => content::check(form, body),
        false => Err(param_error("Content-Type", "the header Content-Type must be application/json")),
    }
}

/// What is wrong with the signature, in words.
fn signature(
    received: Received<'_>,
    parties: &Parties,
    now: u64,
    fresh: impl FnOnce(&str) -> bool,
) -> Result<(), &'static str> {
    let parts = received.parts;
    let authorization = authorization(parts)?;
    if authorization.mchid() != MCHID {
        return Err("mchid is not the stand-in's merchant");
    }
    if authorization.serial() != SERIAL {
        return Err("serial_no is not the serial of the merchant API certificate");
    }
    let key = |_: &str, _: &str| Some(&parties.merchant_public);
    let verified = authorization.verify(parts.method.as_str(), target(parts), received.signed(), now, key);
    verified.map_err(Failure::text)?;
    match fresh(authorization.nonce()) {
        true => Ok(()),
        false => Err("nonce_str was used before"),
    }
}

impl<'a> Received<'a> {
    /// What the signature covers: the body, of an upload its meta alone.
    pub(super) fn signed(self) -> &'a Bytes {
        self.form.and_then(|form| form.part("meta")).map_or(self.body, Part::bytes)
    }
}

/// What the header says; the error says in words what is wrong with it.
fn authorization(parts: &request::Parts) -> Result<Authorization, &'static str> {
    let header = parts.headers.get(AUTHORIZATION).ok_or(Failure::Missing.text())?;
    Authorization::read(&String::from_utf8_lossy(header.as_bytes())).map_err(|(_, why)| why)
}

/// 401 `SIGN_ERROR`, with what the gateway believes was signed.
fn sign_error(received: Received<'_>, issue: &str) -> Refusal {
    let parts = received.parts;
    let sent = authorization(parts).ok();
    let nonce = sent.as_ref().map_or("", Authorization::nonce);
    let timed = sent.as_ref().filter(|sent| sent.timestamp().is_some());
    let time = timed.map_or("0", Authorization::timestamp_text);
    let message = request_message(parts.method.as_str(), target(parts), time, nonce, received.signed());
    let start = String::from_utf8_lossy(&message[..message.len().min(64)]).into_owned();
    let body = json!({
        "code": "SIGN_ERROR",
        "message": format!("签名错误: {issue}"),
        "detail": {
            "detail": {"issue": issue},
            "field": "signature",
            "location": "authorization",
            "sign_information": {
                "method": parts.method.as_str(),
                "url": target(parts),
                "sign_message_length": message.len(),
                "truncated_sign_message": start,
            },
        },
    });
    (StatusCode::UNAUTHORIZED, body)
}

fn param_error(field: &str, issue: &str) -> Refusal {
    let detail = json!({"field": field, "issue": issue, "location": "header"});
    (StatusCode::BAD_REQUEST, json!({"code": "PARAM_ERROR", "message": issue, "detail": detail}))
}

fn target(parts: &request::Parts) -> &str {
    parts.uri.path_and_query().map_or("/", |target| target.as_str())
}
