//! The Rust face: a simulator in a test of yours.

mod builder;
mod error;
mod fault;
mod fault_rule;
mod merchant;
mod pay;
mod simulator;

pub use builder::Builder;
pub use error::Error;
pub use fault::Fault;
pub use fault_rule::FaultRule;
pub use merchant::Merchant;
pub use pay::Pay;
pub use simulator::Simulator;
