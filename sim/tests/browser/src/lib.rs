//! Chromium by its driver: what the tests of the simulator's page look at it with.

mod browser;
mod driver;
mod looks;

pub use browser::{Browser, Done, in_browser};
pub use looks::Looks;
