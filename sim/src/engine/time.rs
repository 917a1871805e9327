//! Simulated time, to the millisecond, and how bodies write it: Beijing's, +08:00.

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: milliseconds since 1970. Held as the milliseconds since the earliest of all, less which there is nothing, so that an `Option` of
/// it takes no more room: there are several in every order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Time(NonZeroU64);

/// What the milliseconds of 1970 are held as.
const EPOCH: u64 = 1 << 63;

/// Where WeChat Pay's days begin.
const BEIJING: TimeZone = TimeZone::fixed(tz::offset(8));

impl Time {
    pub(crate) const fn from_millis(millis: i64) -> Self {
        match NonZeroU64::new(EPOCH.wrapping_add_signed(millis)) {
            Some(held) => Self(held),
            None => Self(NonZeroU64::MIN),
        }
    }

    pub(crate) const fn millis(self) -> i64 {
        i64::from_ne_bytes(self.0.get().wrapping_sub(EPOCH).to_ne_bytes())
    }

    /// Whole seconds since 1970.
    pub(crate) const fn seconds(self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// Reads RFC 3339 with an offset, such as `2026-11-25T10:00:00+08:00`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let time: Timestamp = text.parse().ok()?;
        Some(Self::from_millis(time.as_millisecond()))
    }

    pub(crate) fn plus(self, span: Duration) -> Self {
        Self::from_millis(self.millis().saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    pub(crate) fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.millis().saturating_add(seconds.saturating_mul(1000)))
    }

    /// How long it is since then; zero if that is still to come.
    pub(crate) fn since(self, then: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.millis().saturating_sub(then.millis())).unwrap_or(0))
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
        Timestamp::from_millisecond(self.millis()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(BEIJING)
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
        write!(f, "{self}.{:03}", self.millis().rem_euclid(1000))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.millis().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_its_milliseconds_in_their_order_and_takes_eight_bytes() {
        let all = [i64::MIN + 1, -1_000, -1, 0, 1, 1_795_572_000_000, i64::MAX];
        assert_eq!(all.map(|millis| Time::from_millis(millis).millis()), all);
        assert!(all.map(Time::from_millis).is_sorted());
        assert_eq!(Time::from_millis(i64::MIN), Time::from_millis(i64::MIN + 1));
        assert_eq!(size_of::<Option<Time>>(), 8);
        assert_eq!(serde_json::to_string(&Time::from_millis(-7)).unwrap(), "-7");
    }

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
