//! Complaints: asking for them, answering them, finishing them; their images; and where they are told.

pub(crate) mod act;
pub(super) mod address;
pub(super) mod ask;
mod find;
pub(super) mod images;
mod tell;
pub(crate) mod view;

#[cfg(test)]
mod tests;
