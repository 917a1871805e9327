//! Unofficial SDK for the WeChat Pay (微信支付) merchant OpenAPI.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod attempt;
mod base_uri;
mod builder;
mod call;
mod certificate;
mod chain;
mod client;
mod clock;
#[cfg(feature = "_transport")]
mod connect;
mod crypto;
mod env;
mod error;
#[cfg(feature = "_transport")]
mod execute;
mod exempt;
#[cfg(test)]
mod fixtures;
mod intern;
mod keys;
mod layer;
mod macros;
#[cfg(feature = "mock")]
#[cfg_attr(docsrs, doc(cfg(feature = "mock")))]
pub mod mock;
mod outcome;
mod payload;
#[cfg(feature = "_transport")]
mod pending;
mod rejection;
mod request;
mod response;
#[cfg(feature = "_transport")]
mod runtime;
mod sign;
mod signer;
#[cfg(feature = "_transport")]
mod stack;
#[cfg(feature = "sync")]
mod sync;
mod template;
#[cfg(feature = "_transport")]
mod transport;
mod trust;
mod var;
mod verbs;
mod verify;

pub use attempt::Attempt;
pub use builder::ClientBuilder;
pub use certificate::Certificate;
pub use chain::Chain;
pub use client::Client;
pub use error::{BoxError, Error, ErrorKind, Result};
pub use keys::{PrivateKey, PublicKey};
pub use layer::{Sign, SignLayer, Verify, VerifyLayer};
pub use payload::{IntoPayload, Payload};
#[cfg(feature = "_transport")]
pub use pending::Pending;
pub use rejection::Rejection;
pub use response::Response;
pub use signer::{Signer, Verifier};
#[cfg(feature = "_transport")]
pub use stack::Stack;
#[cfg(feature = "_transport")]
pub use transport::{Exchange, HyperService};
pub use var::IntoVar;

#[doc(no_inline)]
pub use http::Method;
#[doc(no_inline)]
pub use serde_json::{Value, json};
#[doc(no_inline)]
pub use {bytes, http, serde_json};
