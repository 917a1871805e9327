//! The control interface as far as it is pure: what a request to `/_/api/` reads and changes in the state. A subject a file.

pub(crate) mod bills;
pub(crate) mod clock;
mod complaints;
pub(crate) mod duration;
pub(crate) mod faults;
mod findings;
pub(crate) mod invariants;
pub(crate) mod invoke;
pub(crate) mod ledger;
pub(crate) mod list;
pub(crate) mod merchants;
pub(crate) mod notices;
pub(crate) mod orders;
mod payers;
mod platform;
mod reference;
pub(crate) mod refunds;
pub(crate) mod replies;
pub(crate) mod request;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod state;
pub(crate) mod table;
