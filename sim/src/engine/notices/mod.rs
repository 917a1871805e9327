//! Notifications: what is to be told to whom, when it is tried, and what came of it.
//!
//! A product calls [`enqueue`]; the notice then waits in the queue, [`due`] makes a round of it, [`take`] hands the round to whoever sends,
//! and [`delivered`] notes what came of it and when it is tried again.

mod delivered;
mod enqueue;
mod example;
mod notice;
mod round;
mod schedule;
mod store;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use delivered::{Outcome, Sending, delivered};
pub(crate) use enqueue::{NewNotice, enqueue};
pub(crate) use example::example;
pub(crate) use notice::{Notice, NoticeAttempt, NoticeState, Verdict, has_number};
pub(crate) use round::{Job, due, pause, resume, send_now, take, wake};
pub(crate) use store::{Epoch, Notices};
pub(crate) use target::{Target, is_address};
