//! Saved notifications: read from a file, judged, opened.
//!
//! Texts and bytes come in; nothing is received or sent. May import `base`.

mod refusal;
mod saved;

pub(crate) use refusal::{opened, refused};
pub(crate) use saved::Saved;
