//! What a call carries.

use std::path::Path;

use serde_json::Value;
use wechatpay_chain::{Chain, Media, Method, Payload, Response, bytes::Bytes, http};

use crate::base::failure::Failure;
use crate::base::files;
use crate::base::text::text;

/// What a call carries.
pub(crate) enum Content {
    Empty,
    Json(Value),
    /// Bytes as they are, said to be JSON.
    Raw(Vec<u8>),
    File(Media),
}

impl Content {
    /// The JSON it carries; null if none.
    pub(crate) fn json(&self) -> &Value {
        match self {
            Self::Json(value) => value,
            _ => &Value::Null,
        }
    }

    /// The request on the wire, without `Authorization`.
    pub(crate) fn request(&self, chain: &Chain, method: &Method) -> wechatpay_chain::Result<http::Request<Bytes>> {
        let method = method.clone();
        match self {
            Self::Empty => chain.to_request(method, ()),
            Self::Json(value) => chain.to_request(method, value),
            Self::Raw(bytes) => chain.to_request(method, Payload::raw(bytes.clone(), JSON)),
            Self::File(media) => chain.to_request(method, media.clone()),
        }
    }

    /// Sends it.
    pub(crate) fn send(&self, chain: &Chain, method: &Method) -> wechatpay_chain::Result<Response> {
        let method = method.clone();
        match self {
            Self::Empty => chain.send(method, ()),
            Self::Json(value) => chain.send(method, value),
            Self::Raw(bytes) => chain.send(method, Payload::raw(bytes.clone(), JSON)),
            Self::File(media) => chain.send(method, media.clone()),
        }
    }
}

const JSON: &str = "application/json";

/// The bytes of `JSON`, `@FILE` or `-`.
pub(crate) fn bytes(argument: &str) -> Result<Vec<u8>, Failure> {
    match argument.strip_prefix('@') {
        Some(path) => files::read(Path::new(path)),
        None if argument == "-" => files::read(Path::new("-")),
        None => Ok(argument.as_bytes().to_vec()),
    }
}

/// The JSON of `JSON`, `@FILE` or `-`; `flag` is named where it is none.
///
/// # Errors
///
/// A usage error that says where the text stops being JSON; a file error.
pub(crate) fn json_argument(argument: &str, flag: &str) -> Result<Value, Failure> {
    let bytes = bytes(argument)?;
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::usage(text!(
            "{flag} is no JSON: it stops being some at line {line}, column {column}",
            "{flag} 不是 JSON：第 {line} 行第 {column} 列有误"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_where_it_ends_and_never_shown() {
        assert_eq!(json_argument(r#"{"a":1}"#, "-d").unwrap(), serde_json::json!({"a": 1}));
        let failure = json_argument("{\"name\":张三}", "-d").unwrap_err();
        assert_eq!(failure.exit(), 2);
        assert_eq!(failure.message().en(), "-d is no JSON: it stops being some at line 1, column 9");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("order.json");
        std::fs::write(&path, "\u{feff}{\"b\":2}").unwrap();
        assert_eq!(json_argument(&format!("@{}", path.display()), "-d").unwrap(), serde_json::json!({"b": 2}));
        assert_eq!(json_argument(&format!("@{}.none", path.display()), "-d").unwrap_err().exit(), 8);
    }
}
