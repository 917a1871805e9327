//! How the text of an answer is written otherwise.

use serde_json::{Map, Value, json};

/// More than a client should take: 17 MiB.
const OVERSIZE: usize = 17 * 1024 * 1024;

/// A member that nobody knows, in every object. What is no JSON object stays as it is.
pub(crate) fn new_members(body: &[u8]) -> Vec<u8> {
    rewrite(body, |value| add(value).to_string())
}

/// The members of each object in the opposite order, with spaces between.
pub(crate) fn reordered(body: &[u8]) -> Vec<u8> {
    rewrite(body, |value| {
        let mut text = String::new();
        write(&value, &mut text);
        text
    })
}

/// Each character of each text as `\u` and four digits.
pub(crate) fn escaped(body: &[u8]) -> Vec<u8> {
    rewrite(body, |value| {
        let mut text = String::new();
        write_escaped(&value, &mut text);
        text
    })
}

/// The hash of other bytes.
pub(crate) fn wrong_hash(body: &[u8]) -> Vec<u8> {
    rewrite(body, |mut value| {
        if let Some(Value::String(hash)) = value.get_mut("hash_value") {
            *hash = hash.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
        }
        value.to_string()
    })
}

/// The same with so many spaces behind that it is too long.
pub(crate) fn oversized(mut body: Vec<u8>) -> Vec<u8> {
    body.resize(body.len().saturating_add(OVERSIZE), b' ');
    body
}

/// The first half.
pub(crate) fn half(mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() / 2);
    body
}

/// One byte is another; whether there was one to change.
pub(crate) fn tamper(body: &mut [u8]) -> bool {
    let digit = body.iter().rposition(u8::is_ascii_digit);
    let Some(byte) = digit.or_else(|| body.len().checked_sub(1)).and_then(|index| body.get_mut(index)) else {
        return false;
    };
    *byte = match *byte {
        b'9' => b'8',
        digit if digit.is_ascii_digit() => digit + 1,
        b' ' => b'\n',
        _ => b' ',
    };
    true
}

fn rewrite(body: &[u8], change: impl FnOnce(Value) -> String) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(value @ Value::Object(_)) => change(value).into_bytes(),
        _ => body.to_vec(),
    }
}

fn add(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Map<String, Value> = members.into_iter().map(|(name, value)| (name, add(value))).collect();
            members.insert("sim_new_member".to_owned(), json!({"of": ["tomorrow", null, 1.5]}));
            Value::Object(members)
        }
        Value::Array(items) => items.into_iter().map(add).collect(),
        other => other,
    }
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            text.push_str("{ ");
            for (index, (name, value)) in members.iter().rev().enumerate() {
                text.push_str(if index == 0 { "" } else { " ,\n" });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(" : ");
                write(value, text);
            }
            text.push_str(" }");
        }
        Value::Array(items) => list(items, text, write),
        other => text.push_str(&other.to_string()),
    }
}

fn write_escaped(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            text.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                escape(name, text);
                text.push(':');
                write_escaped(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => list(items, text, write_escaped),
        Value::String(value) => escape(value, text),
        other => text.push_str(&other.to_string()),
    }
}

fn list(items: &[Value], text: &mut String, write: fn(&Value, &mut String)) {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { "," });
        write(item, text);
    }
    text.push(']');
}

fn escape(value: &str, text: &mut String) {
    text.push('"');
    for unit in value.encode_utf16() {
        text.push_str("\\u");
        text.extend([12, 8, 4, 0].map(|shift| char::from_digit(u32::from(unit >> shift & 15), 16).unwrap_or('0')));
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    const BODY: &[u8] = r#"{"amount":{"total":1},"items":[{"a":1}],"message":"订单\n"}"#.as_bytes();

    #[test]
    fn rewritten_texts_say_the_same() {
        let same: Value = serde_json::from_slice(BODY).unwrap();
        assert_eq!(
            text(reordered(BODY)),
            "{ \"message\" : \"订单\\n\" ,\n\"items\" : [{ \"a\" : 1 }] ,\n\"amount\" : { \"total\" : 1 } }"
        );
        assert_eq!(text(escaped(br#"{"a":"\u8ba2\ud83d\ude00b"}"#)), r#"{"\u0061":"\u8ba2\ud83d\ude00\u0062"}"#);
        for other in [reordered(BODY), escaped(BODY)] {
            assert_ne!(other, BODY);
            assert_eq!(serde_json::from_slice::<Value>(&other).unwrap(), same);
        }
    }

    #[test]
    fn new_members_come_to_every_object() {
        let new: Value = serde_json::from_slice(&new_members(BODY)).unwrap();
        for pointer in ["/sim_new_member", "/amount/sim_new_member", "/items/0/sim_new_member"] {
            assert!(new.pointer(pointer).is_some(), "{pointer}");
        }
        assert_eq!(new["message"], "订单\n");
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        for change in [new_members, reordered, escaped, wrong_hash] {
            assert_eq!(change(b""), b"");
            assert_eq!(change("\u{feff}a,b".as_bytes()), "\u{feff}a,b".as_bytes());
        }
    }

    #[test]
    fn hashes_lengths_and_bytes_are_wrong() {
        let bill = br#"{"download_url":"http://a/","hash_type":"SHA1","hash_value":"79bb0f45"}"#;
        let wrong: Value = serde_json::from_slice(&wrong_hash(bill)).unwrap();
        assert_eq!(wrong["hash_value"], "00001000");
        assert_eq!(oversized(BODY.to_vec()).len(), BODY.len() + 17 * 1024 * 1024);
        assert_eq!(half(b"12345".to_vec()), b"12");
        for (before, after) in
            [("{\"total\":19}", "{\"total\":18}"), ("{\"a\":1}", "{\"a\":2}"), ("{}", "{ "), (" ", "\n")]
        {
            let mut body = before.as_bytes().to_vec();
            assert!(tamper(&mut body));
            assert_eq!(text(body), after);
        }
        assert!(!tamper(&mut []));
    }
}
