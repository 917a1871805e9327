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
    // Where nothing is quoted it is there already.
    let expected = text.rfind(", expected ").map(|at| &text[at..]).filter(|said| !found.ends_with(said)).unwrap_or("");
    format!("{found}{expected}{place}")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::lang::chinese;
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "never read, as nothing of this is ever right")]
    struct Order {
        id: String,
        total: u8,
        state: Option<State>,
        fee: Option<bool>,
        more: Option<(char, ())>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "as above")]
    enum State {
        Paid,
        Closed,
        Open,
    }

    /// What is no JSON, or not this one; all of what the library says must be known in Chinese.
    const WRONG: &[&str] = &[
        "",
        "[",
        "{",
        "{\"id\"",
        "{\"id\":\"",
        "{\"id\" 1}",
        "{\"id\":\"a\" 1}",
        "[1 2]",
        "{1:2}",
        "tru",
        "truex",
        "x",
        "1x",
        "-",
        "1e999",
        "{\"id\":\"\\x\"}",
        "{\"id\":\"\\ud800\"}",
        "{\"id\":\"\\ud800\\u0041\"}",
        "{\"id\":\"\u{1}\"}",
        "{\"id\":\"a\",}",
        "[1,]",
        "{} {}",
        "{}",
        "{\"id\":1}",
        "{\"id\":\"a\",\"id\":\"b\"}",
        "{\"nobody\":1}",
        "{\"id\":\"a\",\"total\":300}",
        "{\"id\":\"a\",\"total\":-1}",
        "{\"state\":\"x\"}",
        "{\"state\":1}",
        "{\"fee\":1}",
        "{\"total\":[]}",
        "{\"more\":[\"ab\",null]}",
        "{\"more\":[\"a\",1]}",
        "{\"more\":1}",
        "\"a\"",
        "{\"more\":[\"a\"]}",
        "1",
        "null",
    ];

    #[test]
    fn what_was_expected_is_said_once() {
        let error = serde_json::from_str::<(u8, u8)>("[1]").unwrap_err();
        assert_eq!(describe(&error), "invalid length 1, expected a tuple of size 2 at line 1 column 3");
        let error = serde_json::from_str::<u8>("\"a\"").unwrap_err();
        assert_eq!(describe(&error), "invalid type, expected u8 at line 1 column 3");
    }

    #[test]
    fn what_serde_says_is_known_in_chinese() {
        let deep = "[".repeat(200);
        for text in WRONG.iter().copied().chain([deep.as_str()]) {
            for error in [serde_json::from_str::<Order>(text).err(), serde_json::from_str::<Value>(text).err()] {
                let Some(said) = error.map(|error| describe(&error)) else { continue };
                let known = chinese(&said);
                let names = ["Order", "State", "Unicode", "true", "false", "null"];
                let words =
                    known.split('`').step_by(2).flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
                let left = words.filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic()));
                let left: Vec<_> = left.filter(|word| !names.contains(word)).collect();
                assert!(left.is_empty() && known != said, "{text}: {said} -> {known}");
            }
        }
    }
}
