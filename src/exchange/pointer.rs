//! Finding one field of an answer, and what an absent one is.

use serde::de::value::Error;
use serde::de::{Error as _, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::Value;

/// As `Value::pointer`, which makes two texts of every step, for escapes that hardly any has.
pub(super) fn find<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    if pointer.contains('~') {
        return value.pointer(pointer);
    }
    pointer.split('/').skip(1).try_fold(value, |value, step| match value {
        Value::Object(members) => members.get(step),
        other => other.pointer(&["/", step].concat()),
    })
}

/// What is not there: nothing can be made of it but an `Option`'s `None`.
pub(super) struct Absent;

impl<'de> Deserializer<'de> for Absent {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("absent"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_those_of_rfc_6901() {
        let value = serde_json::json!({"a": {"b": [1, {"c": null}]}, "m~n": 2, "x/y": 3, "": {"": 4}, "7": 5});
        for pointer in [
            "",
            "/",
            "//",
            "/a",
            "/a/",
            "/a/b",
            "/a/b/0",
            "/a/b/1/c",
            "/a/b/1/c/d",
            "/a/b/-",
            "/a/b/00",
            "/a/b/+1",
            "/a/b/2",
            "/m~0n",
            "/m~n",
            "/x~1y",
            "/x/y",
            "/7",
            "/a/b/0/0",
        ] {
            assert_eq!(find(&value, pointer), value.pointer(pointer), "{pointer}");
        }
        assert_eq!(find(&value, "/a/b/0").and_then(Value::as_u64), Some(1));
    }
}
