//! What differs between the protocols while a call is made: who signs, who judges the answer, and what a refusal looks like.
//!
//! The walk (`call`, `stack`, `conclude`) asks a [`ProtocolHandler`], or the [`Protocol`] by the methods here, and never which of them it is.

use std::sync::Arc;

use bytes::Bytes;
use http::response::Parts;

use super::layer::sign::SignLayer;
use super::layer::verify::{RequestFacts, VerifyLayer};
use super::response::Format;
use super::state::CallState;
use crate::error::Result;
use crate::error::rejection::Rejection;
use crate::protocol::v3::trust::Trust;
use crate::request::protocol::Protocol;
use crate::trust::platform_keys::PlatformKeys;

#[cfg(feature = "v2")]
use super::judge_v2::Judge;

/// The handlers of a client.
#[derive(Debug)]
pub(crate) struct ProtocolHandlers {
    /// `None` for a client with APIv2 only.
    pub(crate) v3: Option<(SignLayer, VerifyLayer)>,
    #[cfg(feature = "v2")]
    pub(crate) v2: Option<Judge>,
}

/// One of them, as a call needs it.
pub(super) enum ProtocolHandler<'a> {
    V3(&'a (SignLayer, VerifyLayer)),
    #[cfg(feature = "v2")]
    V2(&'a Judge),
}

impl ProtocolHandlers {
    /// The handler of a call; without a state, that of APIv3. `None` if the client has no keys for it, so that nothing is proven.
    pub(super) fn of(&self, state: Option<&CallState>) -> Option<ProtocolHandler<'_>> {
        match state.map_or(Protocol::V3, |state| state.protocol) {
            Protocol::V3 => self.v3.as_ref().map(ProtocolHandler::V3),
            #[cfg(feature = "v2")]
            Protocol::V2 => self.v2.as_ref().map(ProtocolHandler::V2),
            #[cfg(not(feature = "v2"))]
            Protocol::V2 => None,
        }
    }
}

impl ProtocolHandler<'_> {
    /// Adds what signs the request, where that is not part of it already.
    pub(super) async fn sign(&self, request: &mut http::Request<Bytes>, state: Option<&CallState>) -> Result<()> {
        match self {
            Self::V3((sign, _)) => sign.sign(request, state).await,
            #[cfg(feature = "v2")]
            Self::V2(_) => Ok(()),
        }
    }

    /// Notes in the call's state what an answer proves and what it leaves open.
    ///
    /// # Errors
    ///
    /// `Verify` or `Decode`, for a 2xx that is not verified.
    pub(super) async fn judge(
        &self,
        asked: RequestFacts,
        state: Option<&CallState>,
        response: &http::Response<Bytes>,
    ) -> Result<()> {
        match self {
            Self::V3((_, verify)) => verify.judge(asked, state, response).await,
            #[cfg(feature = "v2")]
            Self::V2(judge) => state.map_or(Ok(()), |state| judge.judge(asked, state, response)),
        }
    }
}

impl Protocol {
    /// The platform keys that a call needs before it is finished; APIv2 knows none, and waits for none.
    pub(super) async fn keys(self, keys: &PlatformKeys) -> Result<Arc<Trust>> {
        match self {
            Self::V3 => keys.ready().await,
            Self::V2 => Ok(keys.snapshot()),
        }
    }

    /// Whether a status may be that of a refusal: APIv2 says no under the status of a yes.
    pub(super) fn may_refuse_with(self, status: http::StatusCode) -> bool {
        match self {
            Self::V3 => !status.is_success(),
            Self::V2 => true,
        }
    }

    /// How the body of an answer is read.
    pub(super) fn format(self) -> Format {
        match self {
            Self::V3 => Format::Json,
            Self::V2 => Format::Xml,
        }
    }

    /// The "no" of an answer whose status is a yes; `proven` if it is verified.
    #[cfg_attr(not(feature = "v2"), allow(unused_variables))]
    pub(super) fn refusal(self, state: &CallState, parts: &Parts, body: &Bytes, proven: bool) -> Option<Rejection> {
        match self {
            Self::V3 => None,
            #[cfg(feature = "v2")]
            Self::V2 => super::judge_v2::refusal(state, parts, body, proven),
            #[cfg(not(feature = "v2"))]
            Self::V2 => None,
        }
    }
}
