//! Notices on their way: written and signed, sent at once or one after another, and their answers judged.

mod client;
mod deliver;
mod envelope;
mod judge;
mod lanes;
mod letter;
mod limits;
mod misbehave;
mod open;
mod papers;
mod run;
mod sent;
mod tls;
mod v2;

pub(crate) use client::Poster;
pub(crate) use envelope::body;
pub(crate) use open::Open;
pub(crate) use papers::Papers;
pub(crate) use run::{Message, Notifier};
pub(crate) use sent::SentRing;
