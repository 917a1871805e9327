//! What an error says, in Chinese.
//!
//! Comes in: the finished English sentence. Goes out: the same in Chinese, with names, codes and whatever others said as they are.
//! The English template is the key of its translation, as in gettext, so whoever writes a message writes it once, where the error is
//! made; `tests/lang.rs` fails until its translation stands in `texts/`. Imports nothing of the crate.

mod language;
mod reading;
mod table;
mod template;
mod texts;

pub use language::Lang;
pub(crate) use reading::{chinese, more};
