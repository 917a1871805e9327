//! 付款码支付: a charge that may need minutes of the customer, driven to an end that is known.
//!
//! May import what lies below the products; knows no other product.

mod charge;
mod end;
mod terminal;

pub use end::Micropay;
pub use terminal::MicropayCall;
