//! What came back, as a document and as text.

use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_chain::{Response, bytes::Bytes, http};

use super::dry_run::{headers, outline};
use crate::base::failure::internal_code;
use crate::base::output::plain;
use crate::base::sdk::{attempts, millis};
use crate::commands::context::Context;
use crate::commands::download::Written;
use crate::endpoint::Finding;

/// A call that was answered.
pub(super) struct Answered<'a> {
    /// What was sent, before anything of it was encrypted.
    pub(super) request: &'a http::Request<Bytes>,
    pub(super) is_encrypted: bool,
    /// Whether the endpoint's answers are signed; those of the others are exempt from verification.
    pub(super) is_signed: bool,
    pub(super) response: &'a Response,
    pub(super) elapsed: Duration,
    pub(super) warnings: &'a [Finding],
    pub(super) written: Option<&'a Written>,
}

/// The body: JSON, the fields of `APIv2`, text, or null for none and for what is no text.
pub(super) fn body(response: &Response) -> Value {
    let text = || response.text().ok().filter(|text| !text.is_empty()).map_or(Value::Null, Value::from);
    response.value().unwrap_or_else(|_| text())
}

impl Answered<'_> {
    pub(super) fn json(&self) -> Value {
        let response = self.response;
        let mut request = outline(self.request);
        if self.is_encrypted {
            request["body"] = Value::Null;
        }
        json!({
            "request": request,
            "status": response.status().as_u16(),
            "headers": headers(response.headers()),
            "request_id": response.request_id(),
            "internal_code": response.request_id().and_then(internal_code),
            "verified": self.is_signed,
            "verified_by": self.verified_by(),
            "pending": response.is_pending(),
            "body": body(response),
            "attempts": attempts(response.attempts()),
            "ms": millis(self.elapsed),
            "warnings": self.warnings.iter().map(Finding::json).collect::<Vec<_>>(),
            "output": self.written.map(Written::json),
        })
    }

    fn verified_by(&self) -> Option<&str> {
        let serial = self.response.headers().get("wechatpay-serial").filter(|_| self.is_signed)?;
        serial.to_str().ok()
    }

    /// The one line on stderr.
    pub(super) fn line(&self, context: &Context) -> String {
        let response = self.response;
        let mut parts = vec![response.status().to_string(), format!("{} ms", millis(self.elapsed))];
        parts.extend(response.request_id().map(|id| format!("Request-ID {id}")));
        let verified = context.lang.pick("verified by", "验签");
        parts.extend(self.verified_by().map(|serial| format!("{verified} {serial}")));
        if response.is_pending() {
            parts.push(context.lang.pick("not finished: query it later", "尚未完成，请稍后查询").to_owned());
        }
        plain(&parts.join(" · "))
    }

    /// The text on stdout.
    pub(super) fn text(&self, with_head: bool) -> String {
        let mut lines = Vec::new();
        if with_head {
            lines.push(format!("HTTP/1.1 {}", self.response.status()));
            if let Value::Object(headers) = headers(self.response.headers()) {
                lines.extend(
                    headers.iter().map(|(name, value)| format!("{name}: {}", value.as_str().unwrap_or_default())),
                );
            }
            lines.push(String::new());
        }
        match (self.written, body(self.response)) {
            (Some(written), _) => lines.push(written.text()),
            (None, Value::Null) => {}
            (None, Value::String(text)) => lines.push(text),
            (None, value) => lines.push(format!("{value:#}")),
        }
        plain(&lines.join("\n"))
    }
}
