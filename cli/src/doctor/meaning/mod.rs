//! What each check is about, for who asks by its id: when it fails, and what is done then. The rows stand beside each other by group.

#[allow(clippy::module_inception, reason = "the row of the same name lives there")]
mod meaning;
mod online;
mod platform;
mod settings;

use meaning::row;
pub(crate) use meaning::{Meaning, nearest, of_check};
