//! Days whose bill was compared with the books, and what the books have of a day.

use jiff::Timestamp;
use jiff::civil::Date;

use super::books::Books;
use crate::error::{Error, Result};
use crate::model::bill::{Amounts, Entry, Reconciliation};

/// Payments and refunds of all days.
pub fn all(books: &mut dyn Books) -> Result<Amounts> {
    let payments = "SELECT number, paid FROM orders WHERE paid > 0";
    // One that failed is none; one that was closed is in a bill.
    let refunds = "SELECT number, amount FROM refunds WHERE state <> 'FAILED'";
    amounts(books, payments, refunds, None)
}

/// Those of a day as WeChat Pay dates them: when it was paid, when the refund was taken.
pub fn of_day(books: &mut dyn Books, day: Date) -> Result<Amounts> {
    let payments = "SELECT number, paid FROM orders WHERE paid > 0 AND substr(paid_at, 1, 10) = ?1";
    let refunds = "SELECT number, amount FROM refunds WHERE state <> 'FAILED' AND substr(accepted_at, 1, 10) = ?1";
    amounts(books, payments, refunds, Some(&day.to_string()))
}

fn amounts(books: &mut dyn Books, payments: &str, refunds: &str, day: Option<&str>) -> Result<Amounts> {
    let values: Vec<_> = day.into_iter().map(Into::into).collect();
    let mut amounts = Amounts::new();
    for (sql, entry) in [(payments, Entry::Payment as fn(String) -> Entry), (refunds, Entry::Refund)] {
        for row in books.rows(sql, &values)? {
            amounts.insert(entry(row.text(0)?), row.fen(1)?);
        }
    }
    Ok(amounts)
}

/// Keeps what the comparison of a day found; a later one replaces it.
pub fn keep(books: &mut dyn Books, day: Date, found: &Reconciliation, now: Timestamp) -> Result<()> {
    let result = serde_json::to_string(found).map_err(|error| Error::Database(error.into()))?;
    let sql = "INSERT INTO days (day, result, compared_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (day) DO UPDATE SET result = excluded.result, compared_at = excluded.compared_at";
    books.execute(sql, &[(&day.to_string()).into(), (&result).into(), now.as_second().into()])?;
    Ok(())
}

/// What the comparison of a day found, if there was one.
pub fn found(books: &mut dyn Books, day: Date) -> Result<Option<Reconciliation>> {
    let rows = books.rows("SELECT result FROM days WHERE day = ?1", &[(&day.to_string()).into()])?;
    let read =
        |row: &super::books::Row| serde_json::from_str(&row.text(0)?).map_err(|error| Error::Database(error.into()));
    rows.first().map(read).transpose()
}

/// When the first order was made.
pub fn first(books: &mut dyn Books) -> Result<Option<Timestamp>> {
    let rows = books.rows("SELECT created_at FROM orders ORDER BY created_at LIMIT 1", &[])?;
    let seconds = rows.first().map(|row| row.int(0)).transpose()?;
    Ok(seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()))
}
