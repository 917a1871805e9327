//! Keys and certificates: made here, kept in a folder or in memory, and held ready in a ring.

mod dates;
mod error;
mod forge;
pub(crate) mod hosts;
mod load;
pub(crate) mod merchant;
pub(crate) mod own;
pub(crate) mod platform;
pub(crate) mod ring;
pub(crate) mod store;
pub(crate) mod stranger;
mod tls;

pub(crate) use error::KeyError;
