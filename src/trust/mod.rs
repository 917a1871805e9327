//! The platform keys in force: the store, and for platform certificates their download, refresh and persistence.
//!
//! A serial comes in, a key goes out. May import what lies below `exchange`.

#[cfg(feature = "_transport")]
pub(crate) mod certificates;
pub(crate) mod platform_keys;
pub(crate) mod store;
