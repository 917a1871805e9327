//! What a terminal sends: nothing, JSON, or bytes with a content type. Serialised once; the same bytes are signed and sent.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use super::body::Body;
use super::media::Media;
use crate::error::json::kind;
use crate::error::{Error, Result};

/// A payload made from something other than a `serde_json::Value`.
pub struct Payload(Source<'static>);

impl Payload {
    /// JSON from any serialisable value; it must come out as an object.
    ///
    /// # Errors
    ///
    /// `Request`, when `value` does not serialise.
    ///
    /// ```
    /// use wechatpay_chain::Payload;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Close<'a> {
    ///     mchid: &'a str,
    /// }
    /// let payload = Payload::json(&Close { mchid: "1900000109" })?;
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let value = serde_json::to_value(value)
            .map_err(|error| Error::request("the payload cannot be written as JSON").with_source(error))?;
        Ok(Self(Source::Json(Cow::Owned(value))))
    }

    /// Bytes sent as they are, with this `Content-Type`.
    pub fn raw(body: impl Into<Bytes>, content_type: impl Into<String>) -> Self {
        Self(Source::Raw { bytes: body.into(), content_type: content_type.into() })
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Raw { bytes, content_type } => write!(f, "Payload({content_type:?}, {} bytes)", bytes.len()),
            Source::Empty | Source::Json(_) | Source::Media(_) => f.write_str("Payload(JSON)"),
        }
    }
}

/// What the terminals take: `serde_json::Value`, `&Value`, `Map<String, Value>`, [`Payload`],
/// [`Media`](crate::Media), and `()` for no body.
///
/// Members that are `null` are left out, because the gateway refuses `null`. Sealed: the list is complete.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a payload",
    label = "expected `serde_json::Value`, `&Value`, `Payload`, `Media` or `()`",
    note = "write `json!({{ … }})`, or `Payload::json(&value)?` for a type that implements `serde::Serialize`"
)]
pub trait IntoPayload: sealed::Sealed {}

impl<T: sealed::Sealed> IntoPayload for T {}

pub(crate) mod sealed {
    use super::{Cow, Payload, Source, Value};

    pub trait Sealed {
        #[doc(hidden)]
        fn into_source<'a>(self) -> Source<'a>
        where
            Self: 'a;
    }

    impl Sealed for Value {
        fn into_source<'a>(self) -> Source<'a> {
            Source::Json(Cow::Owned(self))
        }
    }

    impl Sealed for &Value {
        fn into_source<'a>(self) -> Source<'a>
        where
            Self: 'a,
        {
            Source::Json(Cow::Borrowed(self))
        }
    }

    impl Sealed for Payload {
        fn into_source<'a>(self) -> Source<'a> {
            self.0
        }
    }

    impl Sealed for serde_json::Map<String, Value> {
        fn into_source<'a>(self) -> Source<'a> {
            Source::Json(Cow::Owned(Value::Object(self)))
        }
    }

    impl Sealed for super::Media {
        fn into_source<'a>(self) -> Source<'a> {
            Source::Media(self)
        }
    }

    impl Sealed for () {
        fn into_source<'a>(self) -> Source<'a> {
            Source::Empty
        }
    }
}

/// A payload before it is written down.
#[derive(Debug)]
pub enum Source<'a> {
    Empty,
    Json(Cow<'a, Value>),
    Raw { bytes: Bytes, content_type: String },
    Media(Media),
}

impl Source<'_> {
    /// The body for APIv3.
    pub(crate) fn into_body(self) -> Result<Body> {
        let (bytes, content_type) = match self {
            Self::Empty => (Bytes::new(), None),
            Self::Raw { bytes, content_type } => (bytes, Some(content_type.into())),
            Self::Json(value) => (json(&value)?, Some("application/json".into())),
            Self::Media(media) => return media.into_body(),
        };
        Ok(Body { bytes, content_type, signed: None })
    }
}

fn json(value: &Value) -> Result<Bytes> {
    let Value::Object(_) = value else {
        let hint = if value.is_null() { "; `()` sends no body" } else { "" };
        return Err(Error::request(format!("the payload is {}, expected a JSON object{hint}", kind(value))));
    };
    let written = match has_null(value) {
        false => serde_json::to_vec(value),
        true => match null_item(value) {
            None => serde_json::to_vec(&WithoutNulls(value)),
            Some(pointer) => {
                let refused = "the gateway refuses null, leave the item out";
                return Err(Error::request(format!("the payload has null at {pointer}; {refused}")));
            }
        },
    };
    written.map(Bytes::from).map_err(|error| Error::request("the payload cannot be written as JSON").with_source(error))
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

/// The pointer to the first `null` that is an item of an array, and so cannot be left out.
fn null_item(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| match item {
            Value::Null => Some(format!("/{index}")),
            item => null_item(item).map(|rest| format!("/{index}{rest}")),
        }),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            null_item(member).map(|rest| format!("/{}{rest}", name.replace('~', "~0").replace('/', "~1")))
        }),
        _ => None,
    }
}

struct WithoutNulls<'a>(&'a Value);

impl Serialize for WithoutNulls<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, member) in members.iter().filter(|(_, member)| !member.is_null()) {
                    map.serialize_entry(name, &WithoutNulls(member))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&WithoutNulls(item))?;
                }
                list.end()
            }
            value => value.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(payload: impl IntoPayload) -> Result<String> {
        payload.into_source().into_body().map(|body| String::from_utf8(body.bytes.to_vec()).unwrap())
    }

    #[test]
    fn null_members_are_left_out_and_the_rest_is_kept() {
        let value = json!({"a": null, "b": {"c": null, "d": "张三"}, "e": [{"f": null}, [], 0.5, false], "g": {}});
        let expected = r#"{"b":{"d":"张三"},"e":[{},[],0.5,false],"g":{}}"#;
        assert_eq!(body(&value).unwrap(), expected);
        assert_eq!(body(Payload::json(&value).unwrap()).unwrap(), expected);
        assert_eq!(body(value).unwrap(), expected);
    }

    #[test]
    fn other_bodies_go_as_they_are() {
        assert_eq!(body(()).unwrap(), "");
        assert_eq!(body(Payload::raw("a=1", "application/x-www-form-urlencoded")).unwrap(), "a=1");
        assert_eq!(format!("{:?}", Payload::raw("secret", "text/plain")), r#"Payload("text/plain", 6 bytes)"#);
    }

    #[test]
    fn what_the_gateway_would_refuse_is_refused_here() {
        for (value, expected) in [
            (json!(null), "is null, expected a JSON object; `()` sends no body"),
            (json!("x"), "is a string, expected"),
            (json!([]), "is an array, expected"),
            (json!({"a/b": [1, {"c~": [[null]]}]}), "null at /a~1b/1/c~0/0/0"),
        ] {
            let error = body(value).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Request);
            assert!(error.to_string().contains(expected), "{error}");
        }
        let unserialisable = std::collections::BTreeMap::from([((1, 2), 3)]);
        assert_eq!(Payload::json(&unserialisable).unwrap_err().kind(), crate::ErrorKind::Request);
    }
}
