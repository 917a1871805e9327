//! Bills: read, added up, compared with one's own books.
//!
//! Rows come in, sums and differences go out; amounts are exact. May import `base`.

mod money;
mod own;
mod read;
mod reconcile;
mod sum;

pub(crate) use money::Unit;
pub(crate) use own::own_amounts;
pub(crate) use read::{open, require, rows};
pub(crate) use reconcile::{DEFAULT_AMOUNT, DEFAULT_KEY, Reconciliation, bill_amounts};
pub(crate) use sum::Sum;
