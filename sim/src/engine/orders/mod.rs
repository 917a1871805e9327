//! Orders, whichever version of the API made them, and how they are found.

mod credential;
mod order;
mod state;
mod store;

pub(crate) use credential::{Credential, CredentialKind};
pub(crate) use order::{Attempt, Coupon, Order};
pub(crate) use state::{State, TradeType};
pub(crate) use store::Orders;
