//! Percent-encoded text, decoded as a server does.

use serde_json::{Map, Value, json};

use crate::uri::percent;

/// The text; an escape that is none stays as it is, and so does all of it if it is not UTF-8.
pub(super) fn decode(text: &str) -> String {
    percent::decode(text).unwrap_or_else(|| text.to_owned())
}

/// The members of a query; those that stand there more than once as a list.
pub(super) fn query(text: &str) -> Value {
    let mut members = Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value::String(decode(value));
        match members.get_mut(&decode(name)) {
            None => _ = members.insert(decode(name), value),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    if members.is_empty() { Value::Null } else { Value::Object(members) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_it_was_meant() {
        for (text, expected) in [
            ("", Value::Null),
            ("a=1&b=%E5%BC%A0%20x&c", json!({"a": "1", "b": "张 x", "c": ""})),
            ("a=1&a=2&a=3", json!({"a": ["1", "2", "3"]})),
            ("a=b=c&&%61=%", json!({"a": ["b=c", "%"]})),
        ] {
            assert_eq!(query(text), expected, "{text}");
        }
    }
}
