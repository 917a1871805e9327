//! What chains hold of their client: the merchant's facts, the keys in force, and what sends a call.

use std::time::Duration;

use super::layer::sign::SignLayer;
use super::layer::verify::{Authority, VerifyLayer};
use crate::error::Result;
use crate::error::retry::Retry;
use crate::keys::signer::AnySigner;
use crate::protocol::v3::sign::Identity;
use crate::request::merchant::{Merchant, no_v3};
use crate::trust::platform_keys::PlatformKeys;

/// One client's share of everything, held by its chains.
pub(crate) struct Engine {
    pub(crate) merchant: Merchant,
    pub(crate) keys: PlatformKeys,
    /// `None` for a client without APIv3 credentials.
    pub(crate) credentials: Option<Credentials>,
    pub(crate) retry: Option<Retry>,
    /// How far a timestamp may be from the local clock.
    pub(crate) window: Duration,
    #[cfg(feature = "_transport")]
    pub(crate) sender: Sender,
}

/// Who signs and who verifies.
pub(crate) struct Credentials {
    pub(crate) identity: Identity,
    pub(crate) signer: AnySigner,
    /// The signer is not the private key of this process.
    pub(crate) remote: bool,
    pub(crate) authority: Authority,
    pub(crate) sign: SignLayer,
    pub(crate) verify: VerifyLayer,
}

/// What a call is sent by.
#[cfg(feature = "_transport")]
pub(crate) struct Sender {
    pub(crate) hosts: std::sync::Arc<crate::transport::hosts::Hosts>,
    pub(crate) permits: Option<super::concurrency::Permits>,
    pub(crate) hyper: crate::transport::hyper_service::HyperService,
    pub(crate) stack: super::stack::Stack,
    /// Where the caller put layers around the stack.
    pub(crate) layers: Option<std::sync::Arc<super::in_hand::Layers>>,
}

impl Engine {
    /// The credentials of APIv3.
    ///
    /// # Errors
    ///
    /// `Config`, for a client with settings for APIv2 only.
    pub(crate) fn v3(&self) -> Result<&Credentials> {
        self.credentials.as_ref().ok_or_else(no_v3)
    }
}
