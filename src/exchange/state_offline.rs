//! The state of a call where there is no transport, and so no call: nobody can make one. Its place is [`state`](super::state)'s.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::StatusCode;
use http::uri::Authority;

use crate::error::Result;
use crate::protocol::v3::exempt::Rule;
use crate::protocol::verified::Verified;
use crate::request::protocol::Protocol;
use crate::request::target::Target;

/// Never there.
#[derive(Debug)]
pub(crate) struct CallState {
    pub(crate) protocol: Protocol,
    pub(crate) operation: String,
    never: Infallible,
}

impl CallState {
    pub(crate) fn of<B>(_: &http::Request<B>) -> Option<Arc<Self>> {
        None
    }

    pub(crate) fn arrive(&self) -> Result<()> {
        match self.never {}
    }

    pub(crate) fn note_put_off(&self, _: Option<Authority>, _: Instant) {
        match self.never {}
    }

    pub(crate) fn note_signed(&self, _: Vec<u8>) {
        match self.never {}
    }

    pub(crate) fn is_asked<B>(&self, _: &http::Request<B>) -> bool {
        match self.never {}
    }

    pub(crate) fn is_for_file(&self) -> bool {
        match self.never {}
    }

    pub(crate) fn file_rule(&self) -> Option<Rule> {
        match self.never {}
    }

    pub(crate) fn mark_open(&self) {
        match self.never {}
    }

    pub(crate) fn demand_sha1(&self, _: &str) {
        match self.never {}
    }

    pub(crate) fn prove(&self, _: Verified, _: StatusCode, _: Bytes, _: Target) {
        match self.never {}
    }
}
