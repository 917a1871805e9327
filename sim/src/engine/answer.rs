//! What a call is answered, before anybody writes or signs it.

use bytes::Bytes;
use serde_json::Value;

/// What a handler gives back: an answer, or why the call is refused.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// A good answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content: Content,
    pub(crate) warnings: Vec<Warning>,
    /// The simulator's ids of what the call is about.
    pub(crate) refs: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Empty,
    /// APIv3: JSON as it is. APIv2: the members of the XML besides `return_code`, `appid`, `mch_id`, `nonce_str`, `sign`; the gate adds those
    /// and `result_code`.
    Fields(Value),
    /// A file: bytes that are not signed.
    File {
        bytes: Bytes,
        content_type: &'static str,
    },
}

/// Why a call is refused. In APIv2 `code` is the `err_code` and `message` the `err_code_des`; the status is not used.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// The gateway's internal code, the last part of `Request-ID`.
    pub(crate) internal: u32,
    pub(crate) detail: Option<Value>,
    pub(crate) refs: Vec<String>,
}

/// Something that is accepted here and that the real gateway might refuse.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Warning {
    pub(crate) id: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, content: Content::Fields(body), warnings: Vec::new(), refs: Vec::new() }
    }

    pub(crate) fn empty() -> Self {
        Self { status: 204, content: Content::Empty, warnings: Vec::new(), refs: Vec::new() }
    }

    pub(crate) fn about(mut self, id: impl Into<String>) -> Self {
        self.refs.push(id.into());
        self
    }

    pub(crate) fn warn(mut self, id: &str, text: impl Into<String>) -> Self {
        self.warnings.push(Warning { id: id.to_owned(), text: text.into() });
        self
    }
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), internal: 0, detail: None, refs: Vec::new() }
    }

    pub(crate) fn internal(mut self, internal: u32) -> Self {
        self.internal = internal;
        self
    }

    pub(crate) fn about(mut self, id: impl Into<String>) -> Self {
        self.refs.push(id.into());
        self
    }

    /// 400 `INVALID_REQUEST`.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "INVALID_REQUEST", message)
    }

    /// 400 `PARAM_ERROR` about one member: its pointer, what is wrong, where it stands (`body`, `query`, `path`).
    pub(crate) fn param(field: &str, location: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let detail = serde_json::json!({"field": field, "value": null, "issue": message, "location": location});
        Self { detail: Some(detail), ..Self::new(400, "PARAM_ERROR", message) }
    }
}
