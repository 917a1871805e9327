//! Single values: their types and texts.

use std::borrow::Cow;

use serde_json::{Number, Value};

use crate::kinds::Kind;

/// What a value is called.
pub(crate) fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if is_integer(number) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a value is of a kind, as JSON has it.
pub(crate) fn is_strictly(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::String, Value::String(_))
        | (Kind::Number, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Object, Value::Object(_)) => true,
        (Kind::Integer, Value::Number(number)) => is_integer(number),
        _ => false,
    }
}

/// Whether a value is of a kind, in a query or XML: there everything is text.
pub(crate) fn is_as_text(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::String | Kind::Object, Value::String(_) | Value::Number(_) | Value::Bool(_)) => true,
        (Kind::Integer, Value::String(text)) => digits(text.strip_prefix('-').unwrap_or(text)),
        (Kind::Number, Value::String(text)) => is_decimal(text.strip_prefix('-').unwrap_or(text)),
        (Kind::Boolean, Value::String(text)) => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
        (Kind::Object, _) => false,
        _ => is_strictly(kind, value),
    }
}

/// The text of a value that has one.
pub(crate) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        _ => None,
    }
}

/// Whether a number is written as one: `1.0` and `1e2` are none.
fn is_integer(number: &Number) -> bool {
    if number.is_i64() || number.is_u64() {
        return true;
    }
    // Numbers of any length come here, where some other crate lets serde_json have them.
    let text = number.to_string();
    digits(text.strip_prefix('-').unwrap_or(&text))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}
