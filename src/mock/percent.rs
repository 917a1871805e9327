//! Percent-encoded text, decoded as a server does.

use serde_json::{Map, Value, json};

/// The text; an escape that is none stays as it is.
pub(super) fn decode(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, more)) = rest.split_first() {
        let pair = more.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &more[2..]).1,
            None => (bytes.push(*first), rest = more).1,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
