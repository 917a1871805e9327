//! A stateful simulator of WeChat Pay (微信支付) on your own machine: it verifies what your SDK signs, signs and encrypts what it
//! answers, keeps orders, refunds, money and time, and sends notifications. For any SDK in any language.
#![doc = ""]
#![doc = include_str!("../README.md")]

mod driver;
mod engine;
mod face;
mod gate;
mod keys;
mod misbehave;
mod notifier;
mod schema;
mod server;
mod shell;

pub use face::{Builder, Error, Fault, FaultRule, Merchant, Pay, Simulator};
