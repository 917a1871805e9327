//! Random histories: programs of calls and control actions, run by the machine and by a small model that was written apart from it. After each
//! step both must say the same, and all invariants must hold. A history that fails is shortened, and printed as requests.
//!
//! `SIM_HISTORIES` is how many are run, `SIM_HISTORIES_SEED` which ones, `SIM_HISTORIES_STEPS` how long they are at most: half of it
//! on average.

mod funds;
mod model;
mod model_refunds;
mod model_sharing;
mod model_transfers;
mod names;
mod program;
mod run;
mod run_funds;
mod tests;
mod threads;
