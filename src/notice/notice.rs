//! A notification as a value: what it says, and what to answer.

use std::fmt;

use http::{HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::json::describe;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::v3::event::Event;

/// A notification: verified first, then decrypted.
///
/// `Debug` shows its types and id, not the resource.
#[derive(Clone)]
pub struct Notice {
    pub(super) id: String,
    pub(super) event_type: String,
    pub(super) original_type: Option<String>,
    pub(super) create_time: String,
    pub(super) summary: String,
    pub(super) resource: Value,
}

impl Notice {
    /// The id of the notification, `EV-…`; the same when it is repeated.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The type of the event, such as `TRANSACTION.SUCCESS`; not enough to tell a payment, see [`event`](Self::event).
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The type of the resource, such as `transaction`; some products leave it out.
    pub fn original_type(&self) -> Option<&str> {
        self.original_type.as_deref()
    }

    /// When the notification was made, RFC 3339.
    pub fn create_time(&self) -> &str {
        &self.create_time
    }

    /// What it says in words; empty if nothing.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// What it is about.
    pub fn event(&self) -> Event {
        Event::of(&self.event_type, self.original_type(), &self.resource)
    }

    /// What a unique index holds, so that a repeated notification is processed once: event type, original type, business
    /// number and `sub_mchid`.
    ///
    /// Notifications are repeated, at the same time too. Insert it in the transaction that books the order: if the insert
    /// fails, this notification was booked before. It has no mchid: merchants that share a table add their own.
    pub fn key(&self) -> String {
        self.event().key(&self.event_type, self.original_type(), &self.id, &self.resource)
    }

    /// The decrypted resource.
    pub fn resource(&self) -> &Value {
        &self.resource
    }

    /// The decrypted resource as a type of the caller's.
    ///
    /// # Errors
    ///
    /// `Decode`, naming what was expected; values are not quoted.
    pub fn resource_as<T: DeserializeOwned>(&self) -> Result<T> {
        let decoded = T::deserialize(&self.resource);
        decoded.map_err(|error| Error::new(ErrorKind::Decode, format!("the resource: {}", describe(&error))))
    }

    /// Compares a field with what your own database says, such as amount, currency and mchid.
    ///
    /// # Errors
    ///
    /// `Decode`, naming the field and both values.
    pub fn expect(&self, pointer: &str, expected: impl Into<Value>) -> Result<&Self> {
        let (expected, found) = (expected.into(), self.resource.pointer(pointer));
        if found == Some(&expected) {
            return Ok(self);
        }
        let found = found.map_or_else(|| "absent".to_owned(), Value::to_string);
        Err(Error::new(ErrorKind::Decode, format!("{pointer} of the notification is {found}, expected {expected}")))
    }

    /// The answer that accepts it: 204. Answer within five seconds, and only after it is stored.
    pub fn accept() -> http::Response<String> {
        answer(StatusCode::NO_CONTENT, String::new())
    }

    /// The answer for the few events that want data: 200 with this JSON.
    #[allow(clippy::needless_pass_by_value, reason = "as the terminals take `json!({ … })`")]
    pub fn reply(body: Value) -> http::Response<String> {
        answer(StatusCode::OK, body.to_string())
    }

    /// The answer that refuses it, so that it is sent again: 401 if it was not verified, else 500. Nothing of the error is
    /// shown.
    pub fn refuse(error: &Error) -> http::Response<String> {
        let status = match error.kind() {
            ErrorKind::Verify => StatusCode::UNAUTHORIZED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        answer(status, json!({"code": "FAIL", "message": "失败"}).to_string())
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("original_type", &self.original_type)
            .field("create_time", &self.create_time)
            .finish_non_exhaustive()
    }
}

fn answer(status: StatusCode, body: String) -> http::Response<String> {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    if !response.body().is_empty() {
        response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}
