//! Notifications: saved ones read, judged, opened; others made, right or wrong on purpose.
//!
//! Texts and bytes come in; nothing is received or sent here. May import `base`.

mod made;
mod refusal;
mod saved;

pub(crate) use made::{Fault, Kit, Made};
pub(crate) use refusal::{opened, refused};
pub(crate) use saved::Saved;
