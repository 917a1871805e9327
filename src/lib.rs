//! Unofficial SDK for the WeChat Pay (微信支付) merchant OpenAPI: a fluent chain, signed requests, verified answers.
//!
//! An endpoint is a [`Chain`] that starts at a [`Client`]; a terminal such as `post` or `post_async` calls it. A [`Response`] exists only if the answer's signature was verified.
//!
//! ```
//! # let gateway = wechatpay_chain::mock::Server::start()?;
//! # gateway.on(wechatpay_chain::Method::POST, "v3/pay/transactions/native").reply(wechatpay_chain::json!({"code_url": "weixin://wxpay/x"}));
//! # let wxpay = gateway.client()?;
//! use wechatpay_chain::json;
//!
//! // let wxpay = Client::from_env()?;
//! let order = wxpay["v3/pay/transactions/native"].post(json!({"out_trade_no": "1217752501", "amount": {"total": 100}}))?;
//! assert_eq!(order.get::<String>("/code_url")?, "weixin://wxpay/x");
//! # Ok::<(), wechatpay_chain::Error>(())
//! ```
//!
//! Asynchronous; a call that moves money is spawned, because dropping its future cancels it (see `Pending`):
//!
//! ```
//! # use wechatpay_chain::{Method, json};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let gateway = wechatpay_chain::mock::Server::start()?;
//! # gateway.on(Method::POST, "v3/refund/domestic/refunds").reply(json!({"status": "PROCESSING"}));
//! # let wxpay = gateway.client()?;
//! let refund = wxpay.chain("v3/refund/domestic/refunds").idempotent().post_async(json!({"out_refund_no": "1217752501"}));
//! let refund = tokio::spawn(refund).await??;
//! assert_eq!(refund.get::<String>("/status")?, "PROCESSING");
//! # Ok(())
//! # }
//! ```
//!
//! An [`Error`] says whether the call may have taken effect:
//!
//! ```
//! # use wechatpay_chain::{Method, json, mock::Fault};
//! # let gateway = wechatpay_chain::mock::Server::start()?;
//! # gateway.on(Method::POST, "v3/refund/domestic/refunds").fault(Fault::Unsigned);
//! # let wxpay = gateway.client()?;
//! match wxpay["v3/refund/domestic/refunds"].post(json!({"out_refund_no": "1217752501"})) {
//!     Ok(_) => unreachable!("nobody signed this answer"),
//!     Err(error) if error.outcome_unknown() => println!("query the refund first: {error}"),
//!     Err(error) => println!("nothing happened: {error}"),
//! }
//! # Ok::<(), wechatpay_chain::Error>(())
//! ```
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `async` | yes | the `_async` terminals and `Pending` |
//! | `sync` | yes | the blocking terminals and `Pending::wait` |
//! | `tls` | yes | HTTPS by rustls; without it an `https` base URI is a `Config` error |
//! | `aws-lc-rs` | yes | RSA by aws-lc-rs instead of ring, sensitive fields, encrypted bills; needs a C compiler |
//! | `axum` | no | `Notice` as an argument of axum handlers |
//! | `mock` | no | `mock`: a stand-in gateway for tests |
//! | `tracing` | no | a span for each call, an event for each attempt; see below |
//! | `v2` | no | APIv2: `v2/…` paths, `notice_v2`, `micropay` |
//! | `sm3` | no | `Media::sm3`, for the meta of invoice uploads; downloads whose hash is an SM3 |
//!
//! # What `tracing` is told
//!
//! With the feature `tracing`, under the target `wechatpay_chain`: one span for each call, `wechatpay.call` at INFO, with `otel.kind`,
//! `http.request.method`, `url.template` and `server.address`, and at its end `http.response.status_code`, `error.type`, `wechatpay.request_id`,
//! `wechatpay.code`, `wechatpay.attempts`, `wechatpay.verified` and `wechatpay.outcome_unknown`; one event for each attempt, DEBUG where its answer is kept, else
//! WARN; one event at WARN for a write that was dropped after it was sent. Bodies, queries, headers, keys, and what the gateway says in words are never
//! told; in `url.template` whatever may be a value is `{}`.
//!
//! They only add. With neither `async` nor `sync` an offline core remains: keys, [`Chain::to_request`], [`SignLayer`],
//! [`VerifyLayer`].
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(test), warn(clippy::unwrap_used))]
// The offline core has no calls, so what only calls use is idle there; with a transport the lint looks at everything.
#![cfg_attr(not(feature = "_transport"), allow(dead_code, unused_macros, clippy::unused_async, clippy::unused_self))]
// Encrypting can fail; without it finishing a request cannot.
#![cfg_attr(not(feature = "aws-lc-rs"), allow(clippy::unnecessary_wraps))]

mod assemble;
mod attempt;
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub mod axum;
mod base_uri;
mod bill;
mod builder;
mod call;
mod certificate;
#[cfg(feature = "_transport")]
mod certificates;
mod chain;
mod client;
mod clock;
mod config;
#[cfg(feature = "_transport")]
mod connect;
mod crypto;
mod description;
#[cfg(feature = "_transport")]
mod directory;
#[cfg(feature = "_transport")]
mod download;
#[cfg(feature = "_transport")]
mod driver;
mod env;
mod envelope;
mod error;
mod event;
#[cfg(feature = "_transport")]
mod execute;
mod exempt;
#[cfg(feature = "_transport")]
mod fetch;
#[cfg(test)]
mod fixtures;
#[cfg(feature = "_transport")]
mod heard;
#[cfg(feature = "_transport")]
mod hosts;
mod intern;
mod key_source;
mod keys;
mod layer;
mod macros;
mod media;
#[cfg(feature = "mock")]
#[cfg_attr(docsrs, doc(cfg(feature = "mock")))]
pub mod mock;
mod name;
mod notify;
mod outcome;
mod pay_params;
mod pay_params_v2;
mod payload;
#[cfg(feature = "_transport")]
mod pending;
mod percent;
#[cfg(all(feature = "_transport", feature = "tls"))]
mod proxy;
#[cfg(feature = "_transport")]
mod refresh;
mod rejection;
mod reply;
mod request;
mod response;
mod retry;
#[cfg(feature = "_transport")]
mod runtime;
#[cfg(feature = "aws-lc-rs")]
mod sealing;
mod secret;
#[cfg(feature = "aws-lc-rs")]
mod sensitive;
#[cfg(feature = "_transport")]
mod settle;
mod sign;
mod signer;
#[cfg(feature = "_transport")]
mod stack;
mod store;
#[cfg(feature = "sync")]
mod sync;
mod target;
mod template;
#[cfg(feature = "_transport")]
mod trace;
#[cfg(feature = "_transport")]
mod tracked;
#[cfg(feature = "_transport")]
mod transport;
mod trust;
#[cfg(feature = "v2")]
mod v2;
mod var;
mod verbs;
mod verify;
#[cfg(feature = "_transport")]
mod warm_up;

pub use attempt::Attempt;
pub use bill::{Bill, Row, Rows};
pub use builder::ClientBuilder;
pub use certificate::Certificate;
#[cfg(feature = "_transport")]
pub use certificates::{CertificateStore, Certificates, CertificatesStatus};
pub use chain::Chain;
pub use client::Client;
#[cfg(feature = "_transport")]
pub use directory::CertificateDirectory;
#[cfg(feature = "_transport")]
pub use download::{Download, IntoFiles};
pub use error::{BoxError, Error, ErrorKind, Result};
pub use event::Event;
#[cfg(feature = "_transport")]
pub use hosts::Host;
pub use keys::{PrivateKey, PublicKey};
pub use layer::{Sign, SignLayer, Verify, VerifyLayer};
pub use media::Media;
pub use notify::Notice;
pub use pay_params::{AppParams, JsapiParams, PayParams, TransferParams};
pub use pay_params_v2::{PayParamsV2, SignType, SignedParams};
pub use payload::{IntoPayload, Payload};
#[cfg(feature = "_transport")]
pub use pending::Pending;
pub use rejection::Rejection;
pub use response::Response;
pub use retry::Retry;
#[cfg(feature = "aws-lc-rs")]
pub use sensitive::Sealed;
pub use signer::{Signer, Verifier};
#[cfg(feature = "_transport")]
pub use stack::Stack;
#[cfg(feature = "_transport")]
pub use transport::{Exchange, HyperService};
#[cfg(all(feature = "v2", feature = "_transport"))]
pub use v2::{Micropay, MicropayCall};
pub use var::IntoVar;

#[doc(no_inline)]
pub use http::Method;
#[doc(no_inline)]
pub use serde_json::{Value, json};
#[doc(no_inline)]
pub use {bytes, http, serde_json};

/// The examples of both READMEs are compiled and run as the crate's own.
#[cfg(all(doctest, feature = "mock"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../README.zh-CN.md")]
struct Readme;
