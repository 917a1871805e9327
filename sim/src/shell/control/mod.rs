//! The part of the control interface that needs more than the state: keys, the journal, waiting. A subject a file.

pub(crate) mod calls;
pub(crate) mod clock;
pub(crate) mod env;
pub(crate) mod events;
pub(crate) mod info;
pub(crate) mod invoke;
pub(crate) mod merchants;
pub(crate) mod notices;
pub(crate) mod platform;
pub(crate) mod refs;
pub(crate) mod script;
pub(crate) mod snippets;
