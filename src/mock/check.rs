//! Checks a request as strictly as the gateway: identity, time, nonce, signature, and the headers it asks for.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, StatusCode, request};
use serde_json::json;

use super::content::{self, Refusal};
use super::merchant::{MCHID, Parties, SERIAL};
use super::multipart::Form;
use crate::crypto::base64;
use crate::protocol::v3::sign;

const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";
const ITEMS: [&str; 5] = ["mchid", "nonce_str", "timestamp", "serial_no", "signature"];

/// The gateway refuses a clock that is off by more, in seconds.
const WINDOW: u64 = 300;

/// Invoices are fetched without a signature.
const INVOICES: &str = "/v3/new-tax-control-fapiao/download";

/// A request to be checked: its head, its body, and the parts of the body if it is an upload.
#[derive(Clone, Copy)]
pub(super) struct Received<'a> {
    pub(super) parts: &'a request::Parts,
    pub(super) body: &'a Bytes,
    pub(super) form: Option<&'a Form>,
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
    let [mchid, nonce, timestamp, serial, signature] = items(parts)?;
    if mchid != MCHID {
        return Err("mchid is not the stand-in's merchant");
    }
    if serial != SERIAL {
        return Err("serial_no is not the serial of the merchant API certificate");
    }
    if nonce.is_empty() || nonce.len() > 32 {
        return Err("nonce_str must have 1 to 32 characters");
    }
    let time: u64 = timestamp.parse().map_err(|_| "timestamp is not a number of seconds")?;
    if time.abs_diff(now) > WINDOW {
        return Err("timestamp is more than 5 minutes off");
    }
    let signature = base64::decode(signature).ok_or("signature is not base64")?;
    let message = sign::message(parts.method.as_str(), target(parts), time, nonce, received.signed());
    if !parties.merchant_public.verify(&message, &signature) {
        return Err("sign not match");
    }
    match fresh(nonce) {
        true => Ok(()),
        false => Err("nonce_str was used before"),
    }
}

impl<'a> Received<'a> {
    /// What the signature covers: the body, of an upload its meta alone.
    pub(super) fn signed(self) -> &'a Bytes {
        self.form.and_then(|form| form.part("meta")).unwrap_or(self.body)
    }
}

/// The five items of the header, in the order of [`ITEMS`]; each must stand there once, in any order.
fn items(parts: &request::Parts) -> Result<[&str; 5], &'static str> {
    let header = parts.headers.get(AUTHORIZATION).ok_or("the header Authorization is missing")?;
    let header = header.to_str().map_err(|_| "the header Authorization is not ASCII")?;
    let (scheme, list) = header.split_once(' ').ok_or("the header Authorization has no items")?;
    if scheme != SCHEME {
        return Err("the scheme is not WECHATPAY2-SHA256-RSA2048");
    }
    let mut found = [None; 5];
    for item in list.split(',') {
        let (name, value) = item.trim().split_once('=').ok_or("an item of Authorization has no value")?;
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let at = ITEMS.iter().position(|known| *known == name).ok_or("Authorization has an unknown item")?;
        if found[at].replace(value.ok_or("an item of Authorization is not in quotes")?).is_some() {
            return Err("an item of Authorization stands twice");
        }
    }
    match found {
        [Some(mchid), Some(nonce), Some(timestamp), Some(serial), Some(signature)] => {
            Ok([mchid, nonce, timestamp, serial, signature])
        }
        _ => Err("Authorization lacks one of mchid, nonce_str, timestamp, serial_no, signature"),
    }
}

/// 401 `SIGN_ERROR`, with what the gateway believes was signed.
fn sign_error(received: Received<'_>, issue: &str) -> Refusal {
    let parts = received.parts;
    let [_, nonce, timestamp, ..] = items(parts).unwrap_or_default();
    let time = timestamp.parse().unwrap_or_default();
    let message = sign::message(parts.method.as_str(), target(parts), time, nonce, received.signed());
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
