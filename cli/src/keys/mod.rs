//! Files of keys and certificates: what they hold, what belongs together, and one form made into another.
//!
//! Bytes come in, facts and other bytes go out; nothing is read or written here. May import `base`.

mod convert;
mod material;
mod table;

pub(crate) use convert::{Converted, Refused, To, convert};
pub(crate) use material::Material;
pub(crate) use table::{Entry, Table};
