//! What the gateway refuses in a body before it looks at the endpoint: no JSON, `null`, an upload that is not whole.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use crate::crypto::hash;
use crate::protocol::gateway::{Form, Part};

/// What the documents call the part with the file.
const FILES: [&str; 3] = ["file", "submission_file", "due_diligence_file"];

/// A refusal: status and body.
pub(super) type Refusal = (StatusCode, Value);

/// Why a request is refused: what it is told, and what the journal says.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) answer: Refusal,
    pub(super) why: String,
}

impl From<Refusal> for Refused {
    /// Of a check that knows nothing of endpoints: its message, without a value.
    fn from(answer: Refusal) -> Self {
        let why = answer.1["message"].as_str().unwrap_or_default().to_owned();
        Self { answer, why }
    }
}

/// Checks a body; what the endpoint takes is the affair of `known.rs`.
pub(super) fn check(form: Option<&Form>, body: &Bytes) -> Result<(), Refusal> {
    match form {
        None if body.is_empty() => Ok(()),
        None => json(body, "the body").map(drop),
        Some(form) => upload(form),
    }
}

/// Meta and file must be there, and belong together where the meta says so by `sha256`.
fn upload(form: &Form) -> Result<(), Refusal> {
    let missing = |name: &str| refusal(name, &Value::Null, &format!("the form has no part named {name}"));
    let part = |name: &str| form.part(name).map(Part::bytes);
    let meta = json(part("meta").ok_or_else(|| missing("meta"))?, "the part named meta")?;
    let file = FILES.into_iter().find_map(part).ok_or_else(|| missing("file"))?;
    let Some(said) = meta.get("sha256") else { return Ok(()) };
    let found = hash::sha256_hex(file);
    match said.as_str().is_some_and(|said| said.eq_ignore_ascii_case(&found)) {
        true => Ok(()),
        false => Err(refusal("/sha256", said, &format!("the SHA-256 of the file is {found}"))),
    }
}

/// A JSON object without `null`.
fn json(text: &[u8], what: &str) -> Result<Value, Refusal> {
    let value = serde_json::from_slice(text)
        .map_err(|error| refusal("", &Value::Null, &format!("{what} is not JSON: {error}")))?;
    let Value::Object(_) = value else {
        return Err(refusal("", &Value::Null, &format!("{what} is not a JSON object")));
    };
    match null(&value) {
        Some(pointer) => Err(refusal(&pointer, &Value::Null, "null is refused; leave the member out")),
        None => Ok(value),
    }
}

/// The pointer to the first `null`.
fn null(value: &Value) -> Option<String> {
    let below = |name: String, value: &Value| null(value).map(|rest| format!("/{name}{rest}"));
    match value {
        Value::Null => Some(String::new()),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| below(index.to_string(), item)),
        Value::Object(members) => {
            members.iter().find_map(|(name, member)| below(name.replace('~', "~0").replace('/', "~1"), member))
        }
        _ => None,
    }
}

fn refusal(field: &str, value: &Value, issue: &str) -> Refusal {
    let detail = json!({"field": field, "value": value, "issue": issue, "location": "body"});
    (StatusCode::BAD_REQUEST, json!({"code": "PARAM_ERROR", "message": format!("参数错误: {issue}"), "detail": detail}))
}
