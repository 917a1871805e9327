//! The calls that came, what was wrong with them, and what they were answered: the newest 10,000.

mod about;
pub(crate) mod book;
pub(crate) mod export;
pub(crate) mod record;
