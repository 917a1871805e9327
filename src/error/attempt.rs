//! The trail of a call: each request that went out for it.

use std::time::Duration;

use http::uri::Authority;
use http::{HeaderValue, StatusCode};

/// One request that was sent, or that could not be, for a call; also one that its signer put off ([`Temporary`](crate::Temporary)).
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(crate) host: Option<Authority>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<HeaderValue>,
    pub(crate) elapsed: Duration,
}

impl Attempt {
    /// The host it went to, with the port where one was given.
    pub fn host(&self) -> &str {
        self.host.as_ref().map_or("", Authority::as_str)
    }

    /// The status of the answer; `None` when no answer came.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The `Request-ID` of the answer.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_ref()?.to_str().ok()
    }

    /// How long it took, from the start of the connection to the last byte or the failure.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
