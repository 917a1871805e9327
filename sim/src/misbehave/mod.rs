//! What a fault does to an answer: to its text, to its signature, and to the way it goes out. Pure; the last steps are the listener's.

mod body;
mod html;
pub(crate) mod perform;
pub(crate) mod sent;
mod sign;
mod v2;
