//! Simulated time, to the millisecond, and how bodies write it: Beijing's, +08:00.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Time(i64);

/// Where WeChat Pay's days begin.
const BEIJING: TimeZone = TimeZone::fixed(tz::offset(8));

impl Time {
    pub(crate) const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub(crate) const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub(crate) const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads RFC 3339 with an offset, such as `2026-11-25T10:00:00+08:00`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let time: Timestamp = text.parse().ok()?;
        Some(Self(time.as_millisecond()))
    }

    pub(crate) fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    pub(crate) fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// How long it is since then; zero if that is still to come.
    pub(crate) fn since(self, then: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(then.0)).unwrap_or(0))
    }

    /// Beijing's day.
    pub(crate) fn day(self) -> Date {
        self.beijing().date()
    }

    /// `20261125100000`, as APIv2 and some numbers have it.
    pub(crate) fn compact(self) -> String {
        self.beijing().strftime("%Y%m%d%H%M%S").to_string()
    }

    /// `2026-11-25 10:00:00`, as bills have it.
    pub(crate) fn plain(self) -> String {
        self.beijing().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn beijing(self) -> jiff::Zoned {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(BEIJING)
    }
}

/// As JSON bodies have it: `2026-11-25T10:00:00+08:00`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.beijing().strftime("%Y-%m-%dT%H:%M:%S+08:00").fmt(f)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}.{:03}", self.0.rem_euclid(1000))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_beijings() {
        let time = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
        assert_eq!(time.to_string(), "2026-11-25T10:00:00+08:00");
        assert_eq!(Time::parse("2026-11-24T23:30:00Z").unwrap().day().to_string(), "2026-11-25");
        assert_eq!(time.compact(), "20261125100000");
        assert_eq!(time.plus_seconds(61).plain(), "2026-11-25 10:01:01");
        assert!(Time::parse("2026-11-25T10:00:00").is_none());
    }
}
