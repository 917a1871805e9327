//! Times as certificates have them.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

use crate::engine::time::Time;

/// A certificate's time, to the second.
pub(super) fn date(at: Time) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The time that a certificate says.
pub(super) fn time_of(date: SystemTime) -> Time {
    Time::from_millis(0).plus(date.duration_since(UNIX_EPOCH).unwrap_or_default())
}
