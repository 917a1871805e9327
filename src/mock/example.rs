//! What is answered where nobody said anything: the catalogue's example.

use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value};
#[cfg(feature = "v2")]
use wechatpay_catalog::Required;
use wechatpay_catalog::{Encryption, Fields, Operation, Part, Protocol};

use super::answer::Answer;
use super::journal::Call;
use super::known;
use super::percent::decode;
use super::route::Reply;
use crate::error::Result;
use crate::keys::PublicKey;

/// The header that says of an answer that it is made up.
const MARK: HeaderName = HeaderName::from_static("mock-example");

/// Members of an answer of APIv2 that its signature brings, and those that a success does not have.
#[cfg(feature = "v2")]
const MADE_LATER: [&str; 2] = ["sign", "nonce_str"];
#[cfg(feature = "v2")]
const ERRORS: [&str; 3] = ["err_code", "err_code_des", "error_code"];

/// The example for a call of APIv3, its encrypted members encrypted for the merchant; `None` for an unknown endpoint or a file.
pub(super) fn reply(call: &Call, merchant: &PublicKey) -> Result<Option<Reply>> {
    let Some(known) = known::of(call, Protocol::V3).filter(|known| !known.is_download()) else { return Ok(None) };
    let encrypted = |mut answer| encrypt(known.fields(Part::Answer), &mut answer, merchant).map(|()| answer);
    // What stands in the request may be too long to be encrypted.
    let answer =
        encrypted(filled(known, known.example_response(), call)).or_else(|_| encrypted(known.example_response()))?;
    let reply = if answer.is_null() { Reply::from(()) } else { Reply::from(answer) };
    Ok(Some(reply.into_example()))
}

/// The same of APIv2.
#[cfg(feature = "v2")]
pub(super) fn reply_v2(call: &Call) -> Option<Reply> {
    let known = known::of(call, Protocol::V2).filter(|known| !known.is_download())?;
    let mut answer = filled(known, known.example_response(), call);
    if let Value::Object(members) = &mut answer {
        // It is signed later; and a success has no error, unless the page says that it always has one.
        let due = |name: &str| {
            known.field(Part::Answer, &format!("/{name}")).is_some_and(|field| field.required() == Required::Yes)
        };
        members
            .retain(|name, _| !MADE_LATER.contains(&name.as_str()) && (!ERRORS.contains(&name.as_str()) || due(name)));
    }
    Some(Reply::from(if answer.is_null() { Value::Object(Map::new()) } else { answer }).into_example())
}

/// Says of an answer that it is an example, if it is one.
pub(super) fn marked(mut response: http::Response<Answer>, is_example: bool) -> http::Response<Answer> {
    if is_example {
        response.headers_mut().insert(MARK, HeaderValue::from_static("1"));
    }
    response
}

/// The example with the request's values in the members that have the same names, if it is a right answer then.
fn filled(known: Operation, example: Value, call: &Call) -> Value {
    let mut asked = match call.json() {
        Value::Object(members) => members.clone(),
        _ => Map::new(),
    };
    let variables = known.path().split('/').zip(call.path().trim_start_matches('/').split('/'));
    for (template, text) in variables {
        if let Some(name) = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            asked.entry(name).or_insert_with(|| Value::String(decode(text)));
        }
    }
    for (name, value) in call.asked.as_object().into_iter().flatten() {
        asked.entry(name).or_insert_with(|| value.clone());
    }
    let mut answer = example.clone();
    copy(&mut answer, &Value::Object(asked));
    if known.check_response(&answer).is_empty() { answer } else { example }
}

/// Puts in what stands in the request under the same name and is of the same type; a text may hold a number.
fn copy(to: &mut Value, from: &Value) {
    match (to, from) {
        (Value::Object(members), Value::Object(asked)) => {
            for (name, member) in members {
                asked.get(name).into_iter().for_each(|value| copy(member, value));
            }
        }
        (to @ Value::Number(_), Value::String(text)) => {
            text.parse::<i64>().into_iter().for_each(|number| *to = number.into());
        }
        (to @ Value::String(_), Value::String(_))
        | (to @ Value::Number(_), Value::Number(_))
        | (to @ Value::Bool(_), Value::Bool(_)) => to.clone_from(from),
        _ => {}
    }
}

/// Encrypts the members that the gateway encrypts with the merchant's certificate.
fn encrypt(fields: Fields, value: &mut Value, key: &PublicKey) -> Result<()> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| encrypt(fields, item, key)),
        Value::Object(members) => members.iter_mut().try_for_each(|(name, member)| match fields.get(name) {
            Some(field) if field.encryption() == Some(Encryption::Platform) => seal(member, key),
            Some(field) => encrypt(field.fields(), member, key),
            None => Ok(()),
        }),
        _ => Ok(()),
    }
}

fn seal(value: &mut Value, key: &PublicKey) -> Result<()> {
    match value {
        Value::String(text) => *text = key.encrypt(text)?,
        Value::Array(items) => items.iter_mut().try_for_each(|item| seal(item, key))?,
        _ => {}
    }
    Ok(())
}
