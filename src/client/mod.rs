//! A merchant's client: its settings, their checks, the environment, assembly, warm-up, and its platform keys as the application sees them.
//!
//! Settings come in, a [`Client`] goes out. May import what lies below the products.

mod assemble;
#[cfg(feature = "_transport")]
mod assemble_network;
pub(crate) mod builder;
#[cfg(feature = "_transport")]
mod builder_network;
#[cfg(feature = "_transport")]
pub(crate) mod certificates;
#[allow(clippy::module_inception, reason = "the type of the same name lives there")]
mod client;
mod config;
#[cfg(feature = "aws-lc-rs")]
pub(crate) mod encrypt;
mod env;
pub(crate) mod mode;
#[cfg(feature = "_transport")]
mod network_settings;
mod setting;
#[cfg(feature = "_transport")]
mod warm_up;

pub use assemble::VERSION;
pub use client::Client;
