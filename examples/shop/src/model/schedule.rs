//! When something that is not settled is asked for again.

use jiff::Timestamp;

use super::time::later;

/// Seconds between one question and the next: soon at first, for somebody may be waiting, and every hour in the end.
const WAITS: [i64; 6] = [15, 30, 60, 300, 900, 3_600];

/// When to ask after so many questions.
pub fn next(now: Timestamp, asked: i64) -> Timestamp {
    let last = WAITS[WAITS.len() - 1];
    let wait = usize::try_from(asked).ok().and_then(|asked| WAITS.get(asked)).copied().unwrap_or(last);
    later(now, wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_soon_and_then_less_often_but_never_stops() {
        let wait = |asked| next(Timestamp::UNIX_EPOCH, asked).as_second();
        assert_eq!([0, 1, 2, 5, 6, i64::MAX].map(wait), [15, 30, 60, 3_600, 3_600, 3_600]);
    }
}
