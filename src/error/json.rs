//! How errors speak of JSON: of kinds and places, never of values, which may be a customer's.

use serde_json::Value;

/// What a JSON value is, in words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// What serde found wrong, without the values it quotes: those may be a customer's name.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let place = if error.line() == 0 { "" } else { place.as_str() };
    let text = text.strip_suffix(place).unwrap_or(&text);
    let quotes_nothing =
        ["missing field", "duplicate field", "unknown field", "EOF while", "expected ", "trailing characters"];
    if quotes_nothing.iter().any(|start| text.starts_with(start)) {
        return format!("{text}{place}");
    }
    let found = text.split([':', '`', '"']).next().unwrap_or_default().trim_end();
    let expected = text.rfind(", expected ").map_or("", |at| &text[at..]);
    format!("{found}{expected}{place}")
}
