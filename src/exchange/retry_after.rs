//! The `Retry-After` header of an answer.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

/// How long a `Retry-After` header asks to wait, in seconds or until a date (RFC 9110, section 10.2.3).
pub(crate) fn parse(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_700);
        for (value, expected) in [
            ("3", Some(3)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(77)),
            ("Sun, 06 Nov 1993 08:49:37 GMT", None),
            ("Sat, 06 Nov 1993 08:49:37 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ] {
            let headers = [(http::header::RETRY_AFTER, value.parse().unwrap())].into_iter().collect();
            assert_eq!(parse(&headers, now), expected.map(Duration::from_secs), "{value}");
        }
    }
}
