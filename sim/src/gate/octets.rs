//! Bytes in a file of JSON: as text if they are one, else in base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written<'a> {
    Text(Cow<'a, str>),
    Octets { base64: Cow<'a, str> },
}

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let written = match std::str::from_utf8(bytes) {
        Ok(text) => Written::Text(text.into()),
        Err(_) => Written::Octets { base64: STANDARD.encode(bytes).into() },
    };
    written.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Text(text) => Ok(text.into_owned().into()),
        Written::Octets { base64 } => STANDARD.decode(&*base64).map(Bytes::from).map_err(D::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct One(#[serde(with = "super")] Bytes);

    #[test]
    fn bytes_are_read_as_they_were_written() {
        for (bytes, written) in
            [(&b""[..], r#""""#), ("茶".as_bytes(), r#""茶""#), (b"\xff\x00", r#"{"base64":"/wA="}"#)]
        {
            let one = One(Bytes::from_static(bytes));
            assert_eq!(serde_json::to_string(&one).unwrap(), written);
            assert_eq!(serde_json::from_str::<One>(written).unwrap(), one);
        }
        assert!(serde_json::from_str::<One>(r#"{"base64":"?"}"#).is_err());
    }
}
