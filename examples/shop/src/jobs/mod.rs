//! What is done on a schedule: each a function of the time, and one loop that calls them.
//!
//! Every job may run in several processes, and end at any moment: what it does is written down before, and done once. Imports `pay`.

pub mod bills;
pub mod closing;
pub mod queries;
mod report;
mod scheduler;

pub use report::Report;
pub use scheduler::run;
