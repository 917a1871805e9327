//! Reading the packed data where it lies. `examples/catalog_data/pack/` writes what is read here.
//!
//! Every table is a `static` of its own, so that a linker leaves out those that nobody reads.

pub(crate) mod bytes;
pub(crate) mod paths;
pub(crate) mod sensitive;

#[cfg(feature = "data")]
pub(crate) mod records;
#[cfg(feature = "data")]
pub(crate) mod tables;

#[rustfmt::skip]
#[path = "../../packed/facts.rs"]
pub(crate) mod facts;

#[rustfmt::skip]
#[allow(clippy::unreadable_literal)]
#[path = "../../packed/tree.rs"]
pub(crate) mod tree;
