//! What WeChat Pay remembers, and what happens to it: a pure state machine.
//!
//! [`step`](step::step) takes the state, the time and an event, and gives back effects. No clock, no randomness, no I/O: the time is
//! an argument, and every random choice comes from the seed in the state.

pub(crate) mod advance;
pub(crate) mod answer;
pub(crate) mod bills;
pub(crate) mod call;
pub(crate) mod clock;
pub(crate) mod codes;
pub(crate) mod combined;
pub(crate) mod complaints;
pub(crate) mod control;
pub(crate) mod due;
pub(crate) mod effect;
pub(crate) mod faults;
pub(crate) mod findings;
#[cfg(test)]
mod histories;
pub(crate) mod ids;
pub(crate) mod images;
pub(crate) mod index;
pub(crate) mod invariants;
pub(crate) mod ledger;
pub(crate) mod listed;
pub(crate) mod merchants;
pub(crate) mod money;
pub(crate) mod notices;
pub(crate) mod numbered;
pub(crate) mod openids;
pub(crate) mod orders;
pub(crate) mod packed;
pub(crate) mod payers;
pub(crate) mod payouts;
pub(crate) mod platform;
pub(crate) mod products;
pub(crate) mod receivers;
pub(crate) mod refunds;
pub(crate) mod replies;
#[cfg(test)]
mod rows;
pub(crate) mod rule;
pub(crate) mod rule_table;
pub(crate) mod rules;
pub(crate) mod saved;
pub(crate) mod settings;
pub(crate) mod sharings;
pub(crate) mod step;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod time;
pub(crate) mod transfers;
pub(crate) mod urls;
pub(crate) mod world;
