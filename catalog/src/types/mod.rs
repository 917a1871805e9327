//! Types in Rust, TypeScript and PHP for what an operation takes and gives.

pub(crate) mod model;
pub(crate) mod names;
pub(crate) mod php;
pub(crate) mod rust;
pub(crate) mod typescript;
