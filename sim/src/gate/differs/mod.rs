//! What was signed instead: a signature that does not verify is tried against the usual mistakes.

pub(crate) mod find;
mod json_forms;
mod variants;
