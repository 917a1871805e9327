//! What the checks look at: the settings as they were given and cleaned, and what the files they name hold.

mod cleaning;
#[allow(clippy::module_inception, reason = "the type of the same name lives there")]
mod facts;
pub(super) mod hosts;
pub(super) mod material;
mod mode;
pub(super) mod oddities;
pub(super) mod things;
pub(super) use crate::base::times;

pub(super) use cleaning::Slip;
pub(crate) use facts::Facts;
pub(super) use mode::Mode;
