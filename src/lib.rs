//! Unofficial SDK for the WeChat Pay (微信支付) merchant OpenAPI: a fluent chain, signed requests, verified answers.
//!
//! An endpoint is a [`Chain`] that starts at a [`Client`]; a terminal such as `post` or `post_async` calls it. A
//! [`Response`] exists only if the answer's signature was verified.
//!
#![cfg_attr(feature = "mock", doc = "```")]
#![cfg_attr(not(feature = "mock"), doc = "```ignore")]
//! # use wechatpay_chain::{Method, mock::Server};
//! # let gateway = Server::start()?;
//! # let answer = wechatpay_chain::json!({"code_url": "weixin://wxpay/x"});
//! # gateway.on(Method::POST, "v3/pay/transactions/native").reply(answer);
//! # let wxpay = gateway.client()?;
//! use wechatpay_chain::json;
//!
//! // let wxpay = Client::from_env()?;
//! let order = wxpay["v3/pay/transactions/native"].post(json!({
//!     "appid": "wxd678efh567hg6787",
//!     "mchid": wxpay.mchid(),
//!     "description": "a book",
//!     "out_trade_no": "1217752501",
//!     "notify_url": "https://shop.example/paid",
//!     "amount": {"total": 100},
//! }))?;
//! assert_eq!(order.get::<String>("/code_url")?, "weixin://wxpay/x");
//! # Ok::<(), wechatpay_chain::Error>(())
//! ```
//!
//! The index takes literals; a path that is computed goes through [`Client::chain`], a value in it through [`Chain::arg`].
//!
//! Asynchronous; a call that moves money is spawned, because dropping its future cancels it (see `Pending`). In an
//! `async fn` the blocking terminals hold up every other task of their worker:
//!
#![cfg_attr(feature = "mock", doc = "```")]
#![cfg_attr(not(feature = "mock"), doc = "```ignore")]
//! # use wechatpay_chain::{Method, json, mock::Server};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let gateway = Server::start()?;
//! # let answer = json!({"status": "PROCESSING"});
//! # gateway.on(Method::POST, "v3/refund/domestic/refunds").reply(answer);
//! # let wxpay = gateway.client()?;
//! let refunds = wxpay.chain("v3/refund/domestic/refunds").idempotent();
//! let refund = refunds.post_async(json!({
//!     "out_trade_no": "20261125001",
//!     "out_refund_no": "1217752501",
//!     "amount": {"refund": 1, "total": 100, "currency": "CNY"},
//! }));
//! let refund = tokio::spawn(refund).await??;
//! assert_eq!(refund["status"], "PROCESSING");
//! # Ok(())
//! # }
//! ```
//!
//! An [`Error`] says whether the call may have taken effect:
//!
#![cfg_attr(feature = "mock", doc = "```")]
#![cfg_attr(not(feature = "mock"), doc = "```ignore")]
//! # use wechatpay_chain::{Method, json, mock::{Fault, Server}};
//! # let amount = json!({"refund": 1, "total": 100, "currency": "CNY"});
//! # let refund = json!({"out_trade_no": "20261125001", "out_refund_no": "1217752501", "amount": amount});
//! # let gateway = Server::start()?;
//! # gateway.on(Method::POST, "v3/refund/domestic/refunds").fault(Fault::Unsigned);
//! # let wxpay = gateway.client()?;
//! let refunds = wxpay.chain("v3/refund/domestic/refunds");
//! match refunds.post(refund) {
//!     Ok(_) => unreachable!("nobody signed this answer"),
//!     Err(error) if error.outcome_unknown() => {
//!         println!("query the refund first: {error}");
//!     }
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
//! | `gateway` | no | `gateway`: the gateway's side of the protocol, for stand-ins and simulators |
//! | `inspect` | no | for tools: `look`, what a file of keys holds; `Network`, how a client reaches a host; `SignInformation`, what of a signature was refused; `SignLayer::sign_at` and `Client::notice_at`, signing and verifying at a given time |
//! | `mock` | no | `mock`: a stand-in gateway for tests |
//! | `tracing` | no | a span for each call, an event for each attempt; see below |
//! | `v2` | no | APIv2: `v2/…` paths, `notice_v2`, `micropay` |
//! | `catalog` | no | `catalog`: what is known about 1,144 endpoints; `Chain::encrypt_known`; `path!`, a path looked up at compile time; brings `aws-lc-rs` |
//! | `sm3` | no | `Media::sm3`, for the meta of invoice uploads; downloads whose hash is an SM3 |
//!
//! They only add. With neither `async` nor `sync` an offline core remains: keys, [`Chain::to_request`], [`SignLayer`],
//! [`VerifyLayer`].
//!
//! # What `tracing` is told
//!
//! With the feature `tracing`, under the target `wechatpay_chain`: one span for each call, `wechatpay.call` at INFO, with `otel.kind`,
//! `http.request.method`, `url.template` and `server.address`, and at its end `http.response.status_code`, `error.type`, `wechatpay.request_id`,
//! `wechatpay.code`, `wechatpay.attempts`, `wechatpay.verified` and `wechatpay.outcome_unknown`; one event for each attempt, DEBUG where its answer is kept, else
//! WARN; one event at WARN for a write that was dropped after it was sent. Bodies, queries, headers, keys, and what the gateway says in words are never
//! told; in `url.template`, of a path made at run time, whatever is no word of a documented path is `{}`.
#![cfg_attr(docsrs, feature(doc_cfg))]
// What `async` and `sync` share is no feature of the users'.
#![cfg_attr(docsrs, doc(auto_cfg(hide(feature = "_transport"))))]
#![cfg_attr(not(test), warn(clippy::unwrap_used))]
// The offline core has no calls, so what only calls use is idle there; with a transport the lint looks at everything.
#![cfg_attr(not(feature = "_transport"), allow(dead_code, unused_macros, clippy::unused_async, clippy::unused_self))]
// Encrypting can fail; without it finishing a request cannot.
#![cfg_attr(not(feature = "aws-lc-rs"), allow(clippy::unnecessary_wraps))]

mod chain;
mod client;
mod crypto;
mod error;
mod exchange;
mod files;
mod keys;
#[cfg(all(feature = "v2", feature = "_transport"))]
mod micropay;
#[cfg(feature = "mock")]
pub mod mock;
mod notice;
mod pay_params;
mod protocol;
mod request;
#[cfg(feature = "_transport")]
mod transport;
mod trust;
mod uri;

// The guide is pages, not code: only documentation has it, and `docs/code` runs what it shows.
#[cfg(all(doc, not(doctest)))]
include!("../docs/rustdoc.rs");

pub use chain::Chain;
#[cfg(feature = "sync")]
pub use chain::Pages;
#[cfg(feature = "async")]
pub use chain::PagesAsync;
pub use client::builder::ClientBuilder;
#[cfg(feature = "aws-lc-rs")]
pub use client::encrypt::Sealed;
pub use client::mode::Mode;
pub use client::{Client, VERSION};
pub use error::attempt::Attempt;
pub use error::rejection::Rejection;
pub use error::retry::Retry;
pub use error::{BoxError, Error, ErrorKind, Lang, Result};
pub use exchange::layer::sign::{Sign, SignLayer};
pub use exchange::layer::verify::{Verify, VerifyLayer};
pub use exchange::response::Response;
pub use files::bill::{Bill, Row, Rows};
pub use keys::{BoxSigner, BoxVerifier, Certificate, PrivateKey, PublicKey, Signer, Temporary, Verifier};
#[cfg(all(feature = "v2", feature = "_transport"))]
pub use micropay::{Micropay, MicropayCall};
pub use notice::Notice;
#[cfg(feature = "axum")]
pub use notice::axum;
pub use pay_params::params::{AppParams, JsapiParams, TransferParams};
pub use pay_params::v2::{PayParamsV2, SignedParams};
pub use pay_params::v3::PayParams;
#[cfg(feature = "gateway")]
pub use protocol::gateway;
pub use protocol::v2::sign::SignType;
pub use protocol::v3::event::Event;
pub use request::media::Media;
pub use request::payload::{IntoPayload, Payload};
pub use uri::var::IntoVar;

#[cfg(feature = "_transport")]
#[cfg_attr(docsrs, doc(cfg(any(feature = "async", feature = "sync"))))]
pub use {
    client::certificates::Certificates,
    exchange::pending::Pending,
    exchange::stack::Stack,
    files::download::{Download, IntoFiles},
    transport::hosts::Host,
    transport::hyper_service::{Exchange, HyperService},
    transport::service_builder::HyperServiceBuilder,
    trust::certificates::directory::CertificateDirectory,
    trust::certificates::persistence::{CertificateStore, CertificatesStatus},
};

#[cfg(feature = "inspect")]
#[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
pub use {
    error::outcome::may_have_happened,
    files::bill::ColumnKind,
    keys::look::{CertificateFacts, Found, Thing, look},
    notice::at::{Refusal, Unverified},
    protocol::v3::sign_information::{Difference, SignInformation},
    request::authorization::SignedRequest,
    transport::network::{Network, Route, Via},
};

#[cfg(feature = "catalog")]
#[cfg_attr(docsrs, doc(cfg(feature = "catalog")))]
#[doc(no_inline)]
pub use wechatpay_catalog as catalog;
/// A path of the catalogue, looked up while the program is compiled; one that it does not have does not compile.
///
/// ```
/// use wechatpay_chain::path;
///
/// assert_eq!(path!("v3/pay/transactions/native"), "v3/pay/transactions/native");
/// assert_eq!(path!(new "v3/pay/transactions/brand-new"), "v3/pay/transactions/brand-new");
/// ```
/// ```compile_fail,E0080
/// let path = wechatpay_chain::path!("v3/pay/transactions/nativ");
/// ```
#[cfg(feature = "catalog")]
#[cfg_attr(docsrs, doc(cfg(feature = "catalog")))]
pub use wechatpay_catalog::path;

#[doc(no_inline)]
pub use http::Method;
#[doc(no_inline)]
pub use serde_json::{Value, json};
#[doc(no_inline)]
pub use {bytes, http, serde_json};

/// The examples of both READMEs are compiled and run as the crate's own.
#[cfg(all(doctest, feature = "mock", feature = "v2"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../README.zh-CN.md")]
struct Readme;
