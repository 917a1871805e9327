//! The job that compares the books with the bill of each day.

use jiff::civil::{Date, time};
use jiff::{Timestamp, ToSpan as _};

use super::report::Report;
use crate::error::Result;
use crate::model::time::{beijing, day};
use crate::shop::Shop;
use crate::store::days;

/// How many days it catches up with after a pause.
const DAYS: i32 = 30;

/// Compares yesterday, and days before it that were missed; WeChat Pay has a bill ready at ten. What does not fit is in the report as well as in
/// the database.
///
/// # Errors
///
/// `Database`; whatever else goes wrong is in the report.
pub async fn run_once(shop: &Shop, now: Timestamp) -> Result<Report> {
    let mut report = Report::default();
    let Some(first) = shop.books(days::first).await? else { return Ok(report) };
    for date in ready(day(first), now) {
        if shop.books(move |books| days::found(books, date)).await?.is_some() {
            continue;
        }
        let found = shop.reconcile(date, now).await;
        if let Ok(found) = &found {
            let lines = found.differences.iter().map(|difference| format!("bill of {date}: {difference:?}"));
            report.troubles.extend(lines);
        }
        report.add(&format!("bill of {date}"), found.map(|_| true));
    }
    Ok(report)
}

/// The days since the first whose bill is there, the oldest first.
fn ready(first: Date, now: Timestamp) -> Vec<Date> {
    let now = beijing(now);
    let waiting = if now.time() < time(10, 0, 0, 0) { 2 } else { 1 };
    let days = (waiting..=DAYS).rev().filter_map(|back| now.date().checked_sub(back.days()).ok());
    days.filter(|day| *day >= first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_there_at_ten() {
        let first = jiff::civil::date(2026, 11, 23);
        let days = |now: &str| ready(first, now.parse().unwrap()).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(days("2026-11-25T09:59:59+08:00"), ["2026-11-23"]);
        assert_eq!(days("2026-11-25T10:00:00+08:00"), ["2026-11-23", "2026-11-24"]);
        assert_eq!(days("2026-11-23T12:00:00+08:00"), Vec::<String>::new());
        assert_eq!(days("2027-06-01T12:00:00+08:00").len(), 30);
    }
}
