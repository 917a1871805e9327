//! A stand-in for the gateway, for tests and for the first steps without an account.
//!
//! [`Server`] listens on 127.0.0.1 with a thread of its own, so it serves sync code too. It checks every request as the
//! real gateway does, answers 401 with `sign_information` where something is wrong, and signs what it answers.
//! [`Server::on`] says what to answer, [`Fault`] how to misbehave, [`Server::calls`] what came in as a [`Call`];
//! [`Server::bills`] serves bills; [`Server::reset`] begins anew.
//!
//! Endpoints, verbs and members it compares with the catalogue of endpoints: what does not exist, is missing, or is misspelt is refused
//! as the real gateway refuses it, with what was probably meant. [`Server::allow`] and [`Server::lenient`] take what is sent on purpose.
//! An endpoint that no route was given for answers with an example that has every documented member, and the header `Mock-Example: 1`.
//!
//! Programs in other languages can be tested against it too: it answers as the real gateway does byte by byte, header names
//! included. [`Server::builder`] gives it a port and TLS, [`Account::env`] what the other process needs to know:
//!
//! ```no_run
//! let gateway = wechatpay_chain::mock::Server::builder().port(8787).tls().start()?;
//! for (name, value) in gateway.env() {
//!     println!("export {name}='{value}'");
//! }
//! # Ok::<(), wechatpay_chain::Error>(())
//! ```
//!
//! ```
//! use wechatpay_chain::{Method, json};
//!
//! let gateway = wechatpay_chain::mock::Server::start()?;
//! gateway.on(Method::POST, "v3/offlineface/contracts/presign").reply(json!({"presign_token": "tk"})).times(1);
//!
//! let wxpay = gateway.client()?;
//! let user = json!({"out_user_id": "u1", "organization_id": "o1"});
//! let presign = &wxpay["v3/offlineface/contracts/presign"];
//! let response = presign.post(json!({"business_name": "shop", "facepay_user": user}))?;
//! assert_eq!(response.get::<String>("/presign_token")?, "tk");
//! assert_eq!(gateway.calls()[0].json()["business_name"], "shop");
//! # Ok::<(), wechatpay_chain::Error>(())
//! ```

mod account;
mod answer;
mod bills;
mod check;
mod content;
mod example;
mod finding;
mod handle;
mod journal;
mod keyring;
mod known;
mod listener;
mod merchant;
mod names;
mod notification;
mod percent;
mod platform;
mod route;
mod server;
mod socket;
mod stream;
mod strictness;
mod tls;
#[cfg(feature = "v2")]
mod v2;

pub use account::Account;
pub use bills::{BillKind, Bills};
pub use journal::Call;
pub use keyring::Validity;
pub use notification::Notification;

pub use route::{Fault, On, Reply, Route};
pub use server::{Server, ServerBuilder};
pub use stream::BillFault;
