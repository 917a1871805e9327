//! What a `Request-ID`, a code or an answer of the gateway means, and of a refused signature which line differs.
//!
//! Texts come in, findings go out; nothing is asked of a network. May import `base`.

mod answer;
mod codes;
mod finding;
mod internal_codes;
mod lookup;
mod meaning;
mod signature;
mod what;

pub(crate) use meaning::{Explanation, explain, of_check};
pub(crate) use what::What;
