//! A JSON body as it came: its value, the order of its members, and what JSON allows and the gateway does not.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::engine::answer::Refusal;

/// How deep objects and lists may lie in each other.
const DEPTH: usize = 16;

/// A body that is an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    pub(crate) value: Value,
    /// The pointers of all members and items, in the order in which they stand there.
    pub(crate) order: Vec<String>,
}

impl Document {
    /// What a request without a body has.
    pub(crate) fn none() -> Self {
        Self { value: Value::Null, order: Vec::new() }
    }
}

/// Reads a body.
///
/// # Errors
///
/// 400 `PARAM_ERROR`: it is not UTF-8, no JSON object, has a member twice, lies deeper than 16, or has a character above U+FFFF; the
/// pointer of the member is named.
pub(crate) fn parse(body: &[u8]) -> Result<Document, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::param("", "body", "请求体不是UTF-8编码"))?;
    let mut reader = Reader { order: Vec::new(), fault: None };
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Member { reader: &mut reader, pointer: String::new(), depth: 0 }.deserialize(&mut json);
    let read = read.and_then(|value| json.end().map(|()| value));
    let value = match (reader.fault, read) {
        (Some((pointer, issue)), _) => return Err(Refusal::param(&pointer, "body", issue)),
        (None, Err(error)) => {
            let message = format!("请求体不是有效的JSON：第{}行第{}列", error.line(), error.column());
            return Err(Refusal::param("", "body", message));
        }
        (None, Ok(value)) => value,
    };
    match value.is_object() {
        true => Ok(Document { value, order: reader.order }),
        false => Err(Refusal::param("", "body", "请求体应为JSON对象")),
    }
}

/// What is noted while a body is read.
struct Reader {
    order: Vec<String>,
    fault: Option<(String, String)>,
}

/// One value at its pointer.
struct Member<'r> {
    reader: &'r mut Reader,
    pointer: String,
    depth: usize,
}

impl Member<'_> {
    fn fault<E: serde::de::Error>(&mut self, issue: &str) -> E {
        let pointer = std::mem::take(&mut self.pointer);
        self.reader.fault.get_or_insert((pointer, issue.to_owned()));
        E::custom("refused")
    }

    /// A value below this one.
    fn below(&mut self, name: &str) -> Member<'_> {
        let name = name.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{}/{name}", self.pointer);
        self.reader.order.push(pointer.clone());
        Member { reader: self.reader, pointer, depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(mut self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| self.fault("数值超出范围"))
    }

    fn visit_str<E: serde::de::Error>(mut self, value: &str) -> Result<Value, E> {
        match value.chars().all(|character| character <= '\u{ffff}') {
            true => Ok(value.into()),
            false => Err(self.fault("含有不支持的字符（四字节UTF-8字符，如表情符号）")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        if self.depth >= DEPTH {
            return Err(self.fault("嵌套层数超过限制"));
        }
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.below(&list.len().to_string()))? {
            list.push(item);
        }
        // The seed for the item that did not come noted one too many.
        self.reader.order.retain(|pointer| *pointer != format!("{}/{}", self.pointer, list.len()));
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        if self.depth >= DEPTH {
            return Err(self.fault("嵌套层数超过限制"));
        }
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(self.below(&name).fault("字段重复"));
            }
            if name.chars().any(|character| character > '\u{ffff}') {
                return Err(A::Error::custom(self.fault::<A::Error>("字段名含有不支持的字符")));
            }
            let value = members.next_value_seed(self.below(&name))?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_lists_their_items() {
        let found = parse(br#"{"b":{"d":1,"c":[true,{"x":null}]},"a":"1"}"#).unwrap();
        assert_eq!(found.value["b"]["c"][1]["x"], Value::Null);
        assert_eq!(found.order, ["/b", "/b/d", "/b/c", "/b/c/0", "/b/c/1", "/b/c/1/x", "/a"]);
    }

    #[test]
    fn what_json_allows_and_the_gateway_does_not_is_named() {
        let refused = |body: &[u8]| {
            let refusal = parse(body).unwrap_err();
            assert_eq!((refusal.status, refusal.code.as_str()), (400, "PARAM_ERROR"));
            refusal.detail.unwrap()["field"].as_str().unwrap().to_owned()
        };
        assert_eq!(refused(br#"{"amount":{"total":1,"total":2}}"#), "/amount/total");
        assert_eq!(refused("{\"attach\":\"\u{1f600}\"}".as_bytes()), "/attach");
        assert_eq!(refused("{\"x\":{\"\u{1f600}\":1}}".as_bytes()), "/x");
        assert_eq!(refused(b"[]"), "");
        assert_eq!(refused(b"{} {}"), "");
        assert_eq!(refused(b"\xff"), "");
        assert_eq!(refused(b"{\"a\":1e999}"), "");
        let deep = format!("{}1{}", r#"{"a":"#.repeat(17), "}".repeat(17));
        assert_eq!(refused(deep.as_bytes()), "/a".repeat(16));
        assert!(parse(format!("{}1{}", r#"{"a":"#.repeat(16), "}".repeat(16)).as_bytes()).is_ok());
    }
}
