//! Calls to WeChat Pay: each writes down what it is about to do, does it, and writes down what became of it.
//!
//! `verdict.rs` sorts what can become of a call, `amount.rs` reads answers; the others are a product each. What comes in is what somebody
//! wants or a job asks; what goes out is what the books say afterwards. Imports `model` and `store`.

pub mod bills;
pub mod orders;
pub mod refunds;
pub mod sharings;
pub mod transfers;
mod verdict;
