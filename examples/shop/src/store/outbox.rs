//! What is not settled: each with the time at which WeChat Pay is asked about it.
//!
//! Whatever is sent is put here in the transaction that writes it down, and taken away in the one that settles it. So a process that ends
//! in between, an answer that is lost and a notification that never comes are all the same: the job asks.

use jiff::Timestamp;

use super::books::Books;
use crate::error::Result;
use crate::model::schedule;
use crate::model::states::states;

states! {
    /// What is not settled.
    Kind {
        /// An order that nobody has paid yet.
        Order = "order",
        /// A refund.
        Refund = "refund",
        /// A transfer.
        Transfer = "transfer",
        /// A sharing, or its return.
        Sharing = "sharing",
    }
}

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What it is.
    pub kind: Kind,
    /// The merchant's number of it.
    pub number: String,
}

/// Puts something in; what is there already is due then.
pub fn put(books: &mut dyn Books, kind: Kind, number: &str, due: Timestamp) -> Result<()> {
    let sql = "INSERT INTO outbox (kind, number, due) VALUES (?1, ?2, ?3)
               ON CONFLICT (kind, number) DO UPDATE SET due = excluded.due, asked = 0";
    books.execute(sql, &[kind.as_str().into(), number.into(), due.as_second().into()])?;
    Ok(())
}

/// Takes something out: it is settled.
pub fn take(books: &mut dyn Books, kind: Kind, number: &str) -> Result<()> {
    books.execute("DELETE FROM outbox WHERE kind = ?1 AND number = ?2", &[kind.as_str().into(), number.into()])?;
    Ok(())
}

/// Claims what is due, at most `most` of it, so that no other process asks for the same; it is due again later unless it is taken out.
pub fn claim(books: &mut dyn Books, now: Timestamp, most: i64) -> Result<Vec<Due>> {
    let sql = "SELECT kind, number, asked FROM outbox WHERE due <= ?1 ORDER BY due, kind, number LIMIT ?2";
    let rows = books.rows(sql, &[now.as_second().into(), most.into()])?;
    let mut claimed = Vec::new();
    for row in rows {
        let (kind, number, asked) = (row.state(0, Kind::parse)?, row.text(1)?, row.int(2)?);
        let next = schedule::next(now, asked).as_second();
        let sql = "UPDATE outbox SET due = ?3, asked = asked + 1 WHERE kind = ?1 AND number = ?2 AND due <= ?4";
        let values = [kind.as_str().into(), (&number).into(), next.into(), now.as_second().into()];
        if books.execute(sql, &values)? == 1 {
            claimed.push(Due { kind, number });
        }
    }
    Ok(claimed)
}

/// How much is not settled.
pub fn count(books: &mut dyn Books) -> Result<i64> {
    books.rows("SELECT COUNT(*) FROM outbox", &[])?.first().map_or(Ok(0), |row| row.int(0))
}
