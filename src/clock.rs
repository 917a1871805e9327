//! The wall clock, as the protocol writes it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970; `None` if the clock says it is earlier.
pub(crate) fn unix_seconds() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|elapsed| elapsed.as_secs())
}
