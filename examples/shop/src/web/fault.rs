//! What went wrong, as an answer: for the shopkeeper in JSON, for the customer a page that says what he can do.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, body::Body};
use serde_json::json;

use crate::error::Error;

/// An error on its way to the shopkeeper.
pub(super) struct Fault(pub(super) Error);

/// The status of an error.
pub(super) fn status(error: &Error) -> StatusCode {
    match error {
        Error::Refused(_) => StatusCode::CONFLICT,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        // Taken note of; not finished.
        Error::Open { .. } => StatusCode::ACCEPTED,
        Error::Gateway(_) | Error::Mismatch(_) => StatusCode::BAD_GATEWAY,
        Error::Database(_) | Error::Machine(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Refused(_) => "REFUSED",
        Error::NotFound(_) => "NOT_FOUND",
        Error::Open { .. } => "OPEN",
        Error::Gateway(_) => "GATEWAY",
        Error::Mismatch(_) => "MISMATCH",
        Error::Database(_) => "DATABASE",
        Error::Machine(_) => "MACHINE",
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response<Body> {
        (status(&self.0), Json(json!({"code": code(&self.0), "message": self.0.to_string()}))).into_response()
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_status() {
        let text = || "x".to_owned();
        let open = Error::Open { number: text(), cause: Box::new(Error::Machine(text())) };
        let errors = [
            Error::Refused(text()),
            Error::NotFound(text()),
            open,
            Error::Mismatch(text()),
            Error::Database("x".into()),
            Error::Machine(text()),
        ];
        assert_eq!(errors.each_ref().map(|error| status(error).as_u16()), [409, 404, 202, 502, 500, 500]);
        assert_eq!(errors.each_ref().map(code), ["REFUSED", "NOT_FOUND", "OPEN", "MISMATCH", "DATABASE", "MACHINE"]);
    }
}
