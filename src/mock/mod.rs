//! A stand-in for the gateway, for tests and for the first steps without an account.
//!
//! [`Server`] listens on 127.0.0.1 with a thread of its own, so it serves sync code too. It checks every request as the
//! real gateway does, answers 401 with `sign_information` where something is wrong, and signs what it answers.
//! [`Server::on`] says what to answer, [`Fault`] how to misbehave, [`Server::calls`] what came in as a [`Call`];
//! [`Server::bills`] serves bills.
//!
//! ```
//! use wechatpay_chain::{Method, json};
//!
//! let gateway = wechatpay_chain::mock::Server::start()?;
//! gateway.on(Method::POST, "v3/offlineface/contracts/presign").reply(json!({"presign_token": "tk"})).times(1);
//!
//! let wxpay = gateway.client()?;
//! let response = wxpay["v3/offlineface/contracts/presign"].post(json!({"business_name": "shop"}))?;
//! assert_eq!(response.get::<String>("/presign_token")?, "tk");
//! assert_eq!(gateway.calls()[0].json()["business_name"], "shop");
//! # Ok::<(), wechatpay_chain::Error>(())
//! ```

mod answer;
mod bills;
mod check;
mod handle;
mod journal;
mod keyring;
mod merchant;
mod notification;
mod platform;
mod route;
mod server;
mod socket;
mod stream;
mod tls;
#[cfg(feature = "v2")]
mod v2;

pub use bills::Bills;
pub use journal::Call;
pub use keyring::Validity;
pub use notification::Notification;

pub use route::{Fault, On, Reply, Route};
pub use server::Server;
pub use stream::BillFault;
