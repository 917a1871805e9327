//! The page in a real browser. `run` installs what it needs.
#![allow(missing_docs)]

mod access;
mod calls;
mod keyboard;
mod languages;
mod live;
mod looks;
mod notices;
mod payers;
mod products;
mod shop;
mod workings;

/// A merchant's receiver, as the simulator's own tests have it.
#[allow(dead_code)]
#[path = "../../../notices/receiver.rs"]
mod receiver;

/// Requests that are signed by hand, likewise.
#[allow(dead_code)]
#[path = "../../../gate/by_hand.rs"]
mod by_hand;
