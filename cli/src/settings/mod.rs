//! The settings of a merchant: the environment or one env file, never both, and the flags, which are stronger.
//!
//! May import `base`.

mod client;
pub mod env_file;
pub(crate) mod flags;
mod gather;
pub mod names;
mod path;
#[allow(clippy::module_inception, reason = "the type of the same name lives there")]
mod settings;

pub use settings::{Origin, Setting, Settings, Source};
