//! What is known about the 1,144 endpoints of the WeChat Pay (微信支付) merchant OpenAPI, as data: paths, verbs, members, what is required,
//! enumerated and encrypted, and what the answer looks like.
//!
//! Unofficial. The data was read from public pages on [`DATE`] and corrected; nothing in it is a promise of WeChat Pay's, and an
//! endpoint that is newer than it is as good as any other.
//!
//! # Finding an endpoint
#![cfg_attr(feature = "data", doc = "```")]
#![cfg_attr(not(feature = "data"), doc = "```ignore")]
//! use wechatpay_catalog::{Part, Required, nearest_paths, operation, search};
//!
//! // By verb and path, as a template or filled in.
//! let native = operation("POST", "/v3/pay/transactions/native").expect("in the catalogue");
//! assert_eq!(native.title(), "Native下单");
//!
//! // What it takes.
//! let total = native.field(Part::Json, "/amount/total").expect("a member");
//! assert_eq!(total.required(), Required::Yes);
//!
//! // By words, in Chinese and English.
//! assert!(!search("退款 查询", 10).is_empty());
//!
//! // What a misspelt path was meant to be.
//! assert_eq!(nearest_paths("v3/pay/transactions/natve", 1), ["v3/pay/transactions/native"]);
//!
//! // What is wrong with a request, before it is sent.
//! let problems = native.check_request(&serde_json::Value::Null, &serde_json::json!({ "amount": { "totl": 1 } }));
//! assert!(problems.iter().any(|problem| problem.to_string() == "body /amount/totl: no such member; did you mean /amount/total?"));
//! ```
//!
//! # Paths
//!
//! Wherever a path is asked for it may be a template or filled in. Scheme and host, one leading slash, and everything from `?` or `{?` on
//! are ignored. Verbs are in upper case.
//!
//! * A segment fits an equal literal, or a variable when it is not empty. Upper and lower case differ; percent-escapes are compared as they
//!   stand. A final slash is a segment of its own: `v3/applyment4sub/applyment/` is not `v3/applyment4sub/applyment`.
//! * From the left, a literal comes before a variable; where the rest then does not fit, or nothing there has the verb, the variable is
//!   tried: `POST …/profitsharing/orders/unfreeze` is the literal, `GET …/profitsharing/orders/unfreeze` an order of that name.
//! * A template given exactly is that template.
//! * When nothing fits, a leading `hk/` or `global/` is left out, then `v2/` is put before it: `pay/unifiedorder` finds `v2/pay/unifiedorder`.
//!
//! # Features
//!
//! | feature | has | depends on |
//! |---|---|---|
//! | none | [`DATE`], [`Part`], [`encrypted`], [`is_known`], [`nearest_paths`], [`path!`] | nothing |
//! | `data` (default) | everything else | `serde_json` |
//!
//! The data lies packed in `static`s and is read there: nothing is parsed at start, nothing is kept. What a program does not use, its
//! linker leaves out. Nothing here panics, logs, or reads the environment; every function is pure.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod find;
mod packed;
mod part;
mod path_macro;
mod sensitive;

#[cfg(feature = "data")]
mod check;
#[cfg(feature = "data")]
mod example;
#[cfg(feature = "data")]
mod field;
#[cfg(feature = "data")]
mod kinds;
#[cfg(feature = "data")]
mod notification;
#[cfg(feature = "data")]
mod operation;
#[cfg(feature = "data")]
mod provenance;
#[cfg(feature = "data")]
mod types;

#[doc(hidden)]
pub use find::known::known as __known;
pub use find::nearest::nearest_paths;
pub use packed::facts::DATE;
pub use part::Part;
pub use sensitive::{EncryptedField, encrypted, is_known};

#[cfg(feature = "data")]
#[cfg_attr(docsrs, doc(cfg(feature = "data")))]
pub use crate::{
    check::problem::{Issue, Location, Problem},
    example::request::ExampleRequest,
    field::{Field, Fields, FieldsIter},
    find::search::search,
    kinds::{Encryption, Kind, Protocol, Required, Text, Verification},
    notification::{Notification, notification, notifications},
    operation::{Operation, operation, operations, operations_at},
    provenance::{Provenance, provenance},
};

#[cfg(all(doctest, feature = "data"))]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(all(doctest, feature = "data"))]
#[doc = include_str!("../README.zh-CN.md")]
mod readme_zh {}
