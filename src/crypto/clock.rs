//! The wall clock, as the protocol writes it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Longer than anything is waited for, and short enough to be added to a clock.
pub(crate) const LONGEST: std::time::Duration = std::time::Duration::from_secs(365 * 86_400);

/// Seconds since 1970; `None` if the clock says it is earlier.
pub(crate) fn unix_seconds() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|elapsed| elapsed.as_secs())
}
