//! Dates and days, as they are told.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// So long before its end a certificate is to be renewed.
pub(crate) const SOON: Duration = Duration::from_secs(30 * 24 * 3600);

/// How many seconds Beijing is ahead.
const BEIJING: u64 = 8 * 3600;

/// The date of a moment in Beijing: `2026-11-25`.
pub(crate) fn date(time: SystemTime) -> String {
    let days = time.duration_since(UNIX_EPOCH).map_or(0, |since| (since.as_secs() + BEIJING) / 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A moment as RFC 3339 writes it in Beijing: `2026-11-25T10:00:00+08:00`.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let of_day = time.duration_since(UNIX_EPOCH).map_or(0, |since| (since.as_secs() + BEIJING) % 86_400);
    let (hours, minutes, seconds) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}+08:00", date(time))
}

/// The day of the calendar so many days after 1970 (Howard Hinnant's `civil_from_days`, for days that are not before).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (year_of_era + era * 400, if month < 10 { month + 3 } else { month - 9 });
    (if month <= 2 { year + 1 } else { year }, month, day)
}

/// Whole days from one moment to another; 0 when it is past.
pub(crate) fn days(from: SystemTime, to: SystemTime) -> u64 {
    to.duration_since(from).map_or(0, |left| left.as_secs() / 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_beijing() {
        let at = |seconds| date(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(
            (at(0).as_str(), at(57_599).as_str(), at(57_600).as_str()),
            ("1970-01-01", "1970-01-01", "1970-01-02")
        );
        assert_eq!((at(951_753_600).as_str(), at(1_795_334_403).as_str()), ("2000-02-29", "2026-11-22"));
        assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_secs(1_795_334_403)), "2026-11-22T16:00:03+08:00");
        assert_eq!(days(UNIX_EPOCH, UNIX_EPOCH + SOON), 30);
        assert_eq!(days(UNIX_EPOCH + SOON, UNIX_EPOCH), 0);
    }
}
