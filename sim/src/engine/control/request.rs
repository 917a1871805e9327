//! A request to the control interface, and why one fails.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::time::Time;

#[derive(Clone, Debug)]
pub(crate) struct ControlRequest {
    pub(crate) method: &'static str,
    /// Below `/_/api/`, decoded, such as `orders/A1/pay`.
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    /// Null or an object.
    pub(crate) body: Value,
    /// Scheme and authority that the request came by.
    pub(crate) base: String,
    /// What the wall clock shows.
    pub(crate) wall: Time,
}

/// Why a request fails: `{"error":{"code","message","hint"?,"state"?,"allowed"?}}`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ControlError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// The state that the object is in, and what could be done to it.
    pub(crate) state: Option<String>,
    pub(crate) allowed: Vec<&'static str>,
}

impl ControlError {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), hint: None, state: None, allowed: Vec::new() }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "BAD_REQUEST", message)
    }

    pub(crate) fn real_key(message: impl Into<String>) -> Self {
        Self::new(400, "REAL_KEY", message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "FORBIDDEN", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "NOT_FOUND", message)
    }

    pub(crate) fn ambiguous(message: impl Into<String>) -> Self {
        Self::new(409, "AMBIGUOUS", message)
    }

    /// What is asked for cannot happen in the state that the object is in.
    pub(crate) fn state(state: &str, allowed: &[&'static str], message: impl Into<String>) -> Self {
        Self { state: Some(state.to_owned()), allowed: allowed.to_vec(), ..Self::new(409, "STATE", message) }
    }

    pub(crate) fn payer_mismatch(message: impl Into<String>) -> Self {
        Self::new(409, "PAYER_MISMATCH", message)
    }

    /// What was waited for did not come.
    pub(crate) fn timeout(message: impl Into<String>) -> Self {
        Self::new(408, "TIMEOUT", message)
    }

    /// Something on this machine does not work.
    pub(crate) fn trouble(message: impl Into<String>) -> Self {
        Self::new(500, "TROUBLE", message)
    }

    pub(crate) fn expired(message: impl Into<String>) -> Self {
        Self::new(409, "EXPIRED", message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some(hint) = &self.hint {
            error["hint"] = hint.as_str().into();
        }
        if let Some(state) = &self.state {
            error["state"] = state.as_str().into();
            error["allowed"] = self.allowed.clone().into();
        }
        json!({"error": error})
    }
}

impl ControlRequest {
    /// The body as a type that knows its members (`#[serde(deny_unknown_fields)]`); no body is `{}`.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, ControlError> {
        let body = if self.body.is_null() { json!({}) } else { self.body.clone() };
        serde_json::from_value(body).map_err(|error| ControlError::bad(format!("body: {error}")))
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }
}
