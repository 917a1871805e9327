//! Files: downloads of any size, and bills read row by row.
//!
//! May import what lies below the products; knows no other product.

pub(crate) mod bill;
#[cfg(feature = "_transport")]
pub(crate) mod download;
