//! Times as WeChat Pay has them: Beijing's, eight hours ahead of UTC.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

const BEIJING: Offset = Offset::constant(8);

/// The day in Beijing.
pub fn day(now: Timestamp) -> Date {
    BEIJING.to_datetime(now).date()
}

/// Clock and day in Beijing.
pub fn beijing(now: Timestamp) -> DateTime {
    BEIJING.to_datetime(now)
}

/// RFC 3339 with Beijing's offset, to the second.
pub fn rfc3339(time: Timestamp) -> String {
    format!("{}+08:00", beijing(time).strftime("%Y-%m-%dT%H:%M:%S"))
}

/// A time that WeChat Pay wrote; `None` if it is none.
pub fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// So many seconds later; the end of time if there is no such moment.
pub fn later(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_beijing() {
        let time = parse("2026-11-24T16:00:00Z").unwrap();
        assert_eq!(day(time).to_string(), "2026-11-25");
        assert_eq!(rfc3339(time), "2026-11-25T00:00:00+08:00");
        assert_eq!(parse("2026-11-25T00:00:00+08:00"), Some(time));
        assert_eq!(rfc3339(later(time, 61)), "2026-11-25T00:01:01+08:00");
        assert_eq!(later(time, i64::MAX), Timestamp::MAX);
    }

    #[test]
    fn what_is_no_time_is_none() {
        assert_eq!(parse("yesterday"), None);
        assert_eq!(parse("2026-11-25"), None);
    }
}
