//! Headers that are remembered, as one text: there are many of them, in every call and notice.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::engine::packed::Packed;

/// Few have more bytes.
const USUAL: usize = 1024;

/// In a state file a list of names and values; `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Headers {
    /// `name:value` on lines.
    lines: Packed,
}

impl Headers {
    /// A line end, which no header has, becomes a blank; so does a colon in a name.
    pub(crate) fn of<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut lines = String::with_capacity(USUAL);
        for (name, value) in pairs {
            push(&mut lines, name.as_ref(), &[':', '\n']);
            lines.push(':');
            push(&mut lines, value.as_ref(), &['\n']);
            lines.push('\n');
        }
        Self { lines: Packed::of(&lines) }
    }

    /// Names and values, in order.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let lines = self.lines.text();
        let pairs = lines.split('\n').filter_map(|line| line.split_once(':'));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.weight() == 0
    }

    /// How many bytes they are.
    pub(crate) fn weight(&self) -> usize {
        self.lines.length()
    }

    /// As an object; several of one name are joined.
    pub(crate) fn to_json(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in self.pairs() {
            match object.get_mut(&name) {
                Some(Value::String(before)) => {
                    before.push_str(", ");
                    before.push_str(&value);
                }
                _ => _ = object.insert(name, value.into()),
            }
        }
        Value::Object(object)
    }
}

/// Adds a text with blanks for what it may not have.
fn push(lines: &mut String, text: &str, not: &[char]) {
    for (at, piece) in text.split(not).enumerate() {
        lines.extend((at > 0).then_some(' '));
        lines.push_str(piece);
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Headers({} bytes)", self.weight())
    }
}

impl Default for Headers {
    fn default() -> Self {
        Self { lines: Packed::of("") }
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.pairs().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<(String, String)>::deserialize(deserializer).map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_what_they_were_and_stand_in_files_as_a_list() {
        let pairs = [("host", "127.0.0.1:1"), ("a", ""), ("via", "x:y"), ("via", "茶")];
        let headers = Headers::of(pairs);
        assert_eq!(headers.pairs(), pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(headers.to_json(), serde_json::json!({"host": "127.0.0.1:1", "a": "", "via": "x:y, 茶"}));
        let written = serde_json::to_string(&headers).unwrap();
        assert_eq!(written, serde_json::to_string(&pairs).unwrap());
        assert_eq!(serde_json::from_str::<Headers>(&written).unwrap(), headers);
    }

    #[test]
    fn what_a_state_file_should_not_have_makes_no_more_headers() {
        let headers: Headers = serde_json::from_str(r#"[["a:b\nc", "d\ne"]]"#).unwrap();
        assert_eq!(headers.pairs(), [("a b c".to_owned(), "d e".to_owned())]);
    }
}
