//! Everything that can be made to go wrong with a call, as the SDK sees it, blocking and asynchronous, and what it does to the money.
#![allow(missing_docs)]

#[path = "../gate/by_hand.rs"]
#[allow(dead_code, reason = "another test uses the rest of it")]
mod by_hand;
#[path = "../tls/by_hand.rs"]
#[allow(dead_code, reason = "another test uses the rest of it")]
mod by_tls;
mod shop;

mod apiv2;
mod bills;
mod codes;
mod codes_v2;
mod codes_v3;
mod money;
mod payment_codes;
mod table;
mod wire;
