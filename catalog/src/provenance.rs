//! Where the data comes from.

use crate::notification::notifications;
use crate::packed::facts::{CORRECTIONS, DATE};
use crate::packed::{paths, records};

/// How old the data is, and how much there is of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance(());

/// Says how old the data is, and how much there is of it.
///
/// ```
/// let data = wechatpay_catalog::provenance();
/// assert_eq!((data.date(), data.operations(), data.notifications()), ("2026-08-22", 1_144, 112));
/// ```
pub fn provenance() -> Provenance {
    Provenance(())
}

impl Provenance {
    /// The day on which the public pages were read: `2026-08-22`.
    pub fn date(self) -> &'static str {
        DATE
    }

    /// How many operations there are.
    pub fn operations(self) -> usize {
        records::operations()
    }

    /// How many path templates there are.
    pub fn paths(self) -> usize {
        paths::ALL.count()
    }

    /// How many notifications there are.
    pub fn notifications(self) -> usize {
        notifications().len()
    }

    /// How many corrections lie over what the pages say.
    pub fn corrections(self) -> usize {
        CORRECTIONS
    }
}
