//! Whether a request has the form that its page describes: the catalogue, and over it what the catalogue does not have (titles,
//! characters, ranges, forms).
//!
//! [`document`] reads a body, [`check`](check::check) looks at it together with the query; the first thing that is wrong is what the
//! gateway would answer.

pub(crate) mod check;
pub(crate) mod document;
mod finding;
mod form;
mod overlay;
#[cfg(test)]
mod tests;
mod wording;
