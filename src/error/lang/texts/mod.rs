//! The translations, by the room whose errors they are.
//!
//! A pair is the English template as the source has it, and the Chinese one. The holes of both have the same names; those
//! without a name are counted, and `{0}` is the first of them. What stands in a hole is kept as it is: a name, a number, a
//! serial. Where it is a text of ours, such as a reason, the Chinese hole says so by a `~`, and it is translated too; `+`, `=`
//! and `!` are narrower, see `Holds`. A text that goes on a sentence begins with `; ` in English and `；` in Chinese.

pub(super) mod client;
pub(super) mod files;
pub(super) mod foreign;
pub(super) mod joints;
pub(super) mod keys;
pub(super) mod notice;
pub(super) mod protocol;
pub(super) mod request;
pub(super) mod transport;
pub(super) mod trust;
pub(super) mod v2;
