//! The gateway's "no": the answer of every status that is not 2xx.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::Value;

/// How much of a proxy's HTML is quoted in the error.
const EXCERPT: usize = 120;

/// How many characters of code and message an error prints.
const LONGEST: usize = 300;

/// What the gateway answered when it refused.
///
/// `Debug` shows status, code, message and `Request-ID`, not the body: its `detail` may repeat a customer's data.
#[derive(Clone)]
pub struct Rejection {
    status: StatusCode,
    code: String,
    message: String,
    detail: Option<Value>,
    request_id: Option<String>,
    verified: bool,
    body: Bytes,
}

/// Why the gateway refused, as its answer says; each protocol says it in its own way.
#[derive(Debug, Default)]
pub(crate) struct Reason {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) detail: Option<Value>,
}

impl Rejection {
    /// The HTTP status; APIv2 refuses with 200.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The gateway's error code, such as `PARAM_ERROR` (APIv2: `err_code`); empty if the body has none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The gateway's message, usually Chinese; empty if the body has none.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The `detail` member as it came; its shape differs from endpoint to endpoint. Of APIv2 all elements, as a flat object.
    pub fn detail(&self) -> Option<&Value> {
        self.detail.as_ref()
    }

    /// The `Request-ID` of the answer; the digits after its last `-` are the gateway's internal error code.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Whether the refusal was signed by the gateway and the signature is right.
    ///
    /// An unverified refusal is no proof that nothing happened: anything between you and the gateway may have written it.
    pub fn is_verified(&self) -> bool {
        self.verified
    }

    /// The body, whatever it is.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Compares the code without case and underscores: products spell `ORDER_PAID` and `ORDERPAID` alike.
    pub fn is(&self, code: &str) -> bool {
        same_code(&self.code, code)
    }

    /// The refusal of an answer; `verified` if its signature is right.
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, body: Bytes, verified: bool, reason: Reason) -> Self {
        let Reason { code, message, detail } = reason;
        Self { status, code, message, detail, request_id: request_id(headers).map(str::to_owned), verified, body }
    }

    /// The sentence an error prints for it.
    pub(crate) fn sentence(&self) -> String {
        let mut sentence = format!("the gateway refused with {}", self.status);
        for part in [self.code.as_str(), self.message.as_str()] {
            if !part.is_empty() {
                sentence.push_str(if sentence.contains(": ") { " " } else { ": " });
                sentence.extend(part.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }));
            }
        }
        if self.code.is_empty() && self.message.is_empty() {
            sentence.push_str(" and ");
            sentence.push_str(&self.excerpt());
        }
        if !self.verified {
            sentence.push_str(" [unverified]");
        }
        sentence
    }

    /// The start of a body that is not the gateway's JSON, such as a proxy's HTML.
    fn excerpt(&self) -> String {
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(EXCERPT)]);
        match self.body.len() {
            0 => "an empty body".to_owned(),
            // Anything else may be an answer that repeats a customer's data.
            length if !is_page(&start) => format!("{length} bytes without a code"),
            length => {
                let words = start.split_whitespace().collect::<Vec<_>>().join(" ");
                format!("{length} bytes of a web page: {words:?}")
            }
        }
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("request_id", &self.request_id)
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}

/// Whether a body is a proxy's page and not the gateway's.
fn is_page(start: &str) -> bool {
    let start = start.trim_start().to_ascii_lowercase();
    start.starts_with("<html") || start.starts_with("<!doctype html")
}

/// The `Request-ID` header, spelled in any case.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(REQUEST_ID)?.to_str().ok()
}

/// Whether two error codes are the same but for case and underscores.
pub(crate) fn same_code(left: &str, right: &str) -> bool {
    let fold = |code| str::bytes(code).filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_uppercase());
    fold(left).eq(fold(right))
}
