//! What the shop is about: money, goods, numbers, and the states of what moves money.
//!
//! Pure: time and randomness are arguments, nothing is read or written. Imports only the crate's `Error`.

pub mod bill;
pub mod goods;
pub mod money;
pub mod number;
pub mod openid;
pub mod order;
pub mod refund;
pub mod schedule;
pub mod sharing;
pub(crate) mod states;
pub mod time;
pub mod transfer;
