//! The shop's books, in `SQLite`: what is stored when, and in one transaction with what.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use wechatpay_chain::Notice;

use crate::Error;

/// An order as the ledger has it; amounts in fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub out_trade_no: String,
    pub price: u32,
    pub paid: u32,
    pub refunded: u32,
    pub transaction_id: Option<String>,
    pub closed: bool,
}

/// What orders are read with.
const ORDER: &str = "SELECT out_trade_no, price, paid, refunded, transaction_id, closed FROM orders";

/// A refund whose end is not known yet.
#[derive(Clone, Debug)]
pub struct OpenRefund {
    pub out_refund_no: String,
    pub amount: u32,
}

/// A payment (`out_trade_no`) or a refund (`out_refund_no`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    Payment(String),
    Refund(String),
}

/// Amounts of payments and refunds, in fen.
pub type Amounts = BTreeMap<Entry, i64>;

/// Makes the tables where they are missing.
pub fn create(db: &Connection) -> Result<(), Error> {
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS orders (
             out_trade_no TEXT PRIMARY KEY, price INTEGER NOT NULL, paid INTEGER NOT NULL DEFAULT 0,
             refunded INTEGER NOT NULL DEFAULT 0, transaction_id TEXT, paid_at TEXT, closed INTEGER NOT NULL DEFAULT 0);
         CREATE TABLE IF NOT EXISTS refunds (
             out_refund_no TEXT PRIMARY KEY, out_trade_no TEXT NOT NULL, amount INTEGER NOT NULL, state TEXT NOT NULL,
             accepted_at TEXT);
         CREATE TABLE IF NOT EXISTS notices (key TEXT PRIMARY KEY);",
    )?;
    Ok(())
}

/// Stores an order before the gateway hears of it. One that is there already is asked for again, as long as nothing has become of it.
pub fn insert_order(db: &Connection, out_trade_no: &str, price: u32) -> Result<(), Error> {
    let sql = "INSERT OR IGNORE INTO orders (out_trade_no, price) VALUES (?1, ?2)";
    if db.execute(sql, params![out_trade_no, price])? == 0 {
        let known = order(db, out_trade_no)?;
        if known.price != price || known.paid > 0 || known.closed {
            return Err(format!("order {out_trade_no} is another one, paid or closed").into());
        }
    }
    Ok(())
}

pub fn order(db: &Connection, out_trade_no: &str) -> Result<Order, Error> {
    let found = db.query_row(&format!("{ORDER} WHERE out_trade_no = ?1"), [out_trade_no], read).optional()?;
    found.ok_or_else(|| format!("no order {out_trade_no}").into())
}

/// Orders nobody has paid yet, as far as we know.
pub fn open_orders(db: &Connection) -> Result<Vec<Order>, Error> {
    let sql = format!("{ORDER} WHERE paid = 0 AND closed = 0");
    Ok(db.prepare(&sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Order> {
    let (out_trade_no, price, transaction_id) = (row.get(0)?, row.get(1)?, row.get(4)?);
    Ok(Order { out_trade_no, price, paid: row.get(2)?, refunded: row.get(3)?, transaction_id, closed: row.get(5)? })
}

/// Books a payment: compared with the order, and once, because its key and the order change together or not at all.
pub fn book_payment(db: &mut Connection, mchid: &str, notice: &Notice) -> Result<(), Error> {
    let text = |pointer: &str| notice.resource().pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default();
    let books = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let order = order(&books, text("/out_trade_no"))?;
    notice
        .expect("/amount/total", order.price)?
        .expect("/amount/currency", "CNY")?
        .expect("/mchid", mchid)?
        .expect("/trade_state", "SUCCESS")?;
    if books.execute("INSERT OR IGNORE INTO notices (key) VALUES (?1)", [notice.key()])? == 1 {
        let at = notice.resource().get("success_time").and_then(|value| value.as_str());
        settle(&books, &order, order.price, text("/transaction_id"), at)?;
    }
    books.commit()?;
    Ok(())
}

/// Notes that an order is paid, and when; 0 if it was already, 1 if it is now. A payment that was quicker than a closing counts.
pub fn settle(
    db: &Connection,
    order: &Order,
    total: u32,
    transaction_id: &str,
    at: Option<&str>,
) -> Result<usize, Error> {
    if total != order.price {
        return Err(format!("order {} costs {}, but {total} was paid", order.out_trade_no, order.price).into());
    }
    let sql = "UPDATE orders SET paid = paid + ?2, transaction_id = ?3, paid_at = ?4, closed = 0
               WHERE out_trade_no = ?1 AND paid = 0";
    Ok(db.execute(sql, params![order.out_trade_no, total, transaction_id, at])?)
}

/// Notes that nobody will pay an order any more.
pub fn close(db: &Connection, order: &Order) -> Result<usize, Error> {
    Ok(db.execute("UPDATE orders SET closed = 1 WHERE out_trade_no = ?1 AND paid = 0", [&order.out_trade_no])?)
}

/// Stores a refund under its number before the gateway hears of it; the sum of an order's refunds is checked here.
///
/// States: `PENDING`; `OPEN`, after a call with an unknown outcome; `SUCCESS`; `ABNORMAL`; `CLOSED` and `FAILED`, which count for
/// nothing.
pub fn insert_refund(
    db: &mut Connection,
    out_trade_no: &str,
    out_refund_no: &str,
    amount: u32,
) -> Result<Order, Error> {
    let books = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let order = order(&books, out_trade_no)?;
    let sql = "SELECT COUNT(*) FROM refunds WHERE out_refund_no = ?1 AND (out_trade_no <> ?2 OR amount <> ?3)";
    if books.query_row(sql, params![out_refund_no, out_trade_no, amount], |row| row.get::<_, u32>(0))? > 0 {
        return Err(format!("refund {out_refund_no} is another one already").into());
    }
    let sql = "SELECT COALESCE(SUM(amount), 0) FROM refunds
               WHERE out_trade_no = ?1 AND out_refund_no <> ?2 AND state NOT IN ('FAILED', 'CLOSED')";
    let others: u64 = books.query_row(sql, [out_trade_no, out_refund_no], |row| row.get(0))?;
    if amount == 0 || others + u64::from(amount) > u64::from(order.paid) {
        return Err(format!("{amount} is nothing, or more than is left of order {out_trade_no}").into());
    }
    // One that failed and is tried again counts again; one that is open, or has ended, stays what it is.
    let sql = "INSERT INTO refunds (out_refund_no, out_trade_no, amount, state) VALUES (?1, ?2, ?3, 'PENDING')
               ON CONFLICT (out_refund_no) DO UPDATE SET state = 'PENDING' WHERE state = 'FAILED'";
    books.execute(sql, params![out_refund_no, out_trade_no, amount])?;
    books.commit()?;
    Ok(order)
}

/// The gateway said no, for good, to a refund that no earlier call may have made: it did not happen.
pub fn fail_refund(db: &Connection, out_refund_no: &str) -> Result<usize, Error> {
    let sql = "UPDATE refunds SET state = 'FAILED' WHERE out_refund_no = ?1 AND state = 'PENDING'";
    Ok(db.execute(sql, [out_refund_no])?)
}

/// The call may have made the refund: from here on only the gateway's word on the refund itself settles it.
pub fn open_refund(db: &Connection, out_refund_no: &str) -> Result<usize, Error> {
    let sql = "UPDATE refunds SET state = 'OPEN' WHERE out_refund_no = ?1 AND state = 'PENDING'";
    Ok(db.execute(sql, [out_refund_no])?)
}

/// The gateway has the refund, since then: the day in whose bill it will be.
pub fn accept_refund(db: &Connection, out_refund_no: &str, at: &str) -> Result<usize, Error> {
    Ok(db.execute("UPDATE refunds SET accepted_at = ?2 WHERE out_refund_no = ?1", [out_refund_no, at])?)
}

/// Refunds that have not ended, as far as we know; one that is abnormal may still arrive another way.
pub fn open_refunds(db: &Connection) -> Result<Vec<OpenRefund>, Error> {
    let sql = "SELECT out_refund_no, amount FROM refunds WHERE state IN ('PENDING', 'OPEN', 'ABNORMAL')
               OR (state = 'SUCCESS' AND accepted_at IS NULL)";
    let read = |row: &rusqlite::Row<'_>| Ok(OpenRefund { out_refund_no: row.get(0)?, amount: row.get(1)? });
    Ok(db.prepare(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// Notes how a refund ended; money is counted when it first succeeds. 1 if that changed anything.
pub fn end_refund(db: &Connection, out_refund_no: &str, state: &str) -> Result<usize, Error> {
    let sql = "UPDATE refunds SET state = ?2 WHERE out_refund_no = ?1 AND state <> 'SUCCESS' AND state <> ?2";
    let changed = db.execute(sql, [out_refund_no, state])?;
    if changed == 1 && state == "SUCCESS" {
        let sql = "UPDATE orders SET refunded = refunded + (SELECT amount FROM refunds WHERE out_refund_no = ?1)
                   WHERE out_trade_no = (SELECT out_trade_no FROM refunds WHERE out_refund_no = ?1)";
        db.execute(sql, [out_refund_no])?;
    }
    Ok(changed)
}

/// Books how a refund ended, once.
pub fn book_refund(db: &mut Connection, notice: &Notice) -> Result<(), Error> {
    let text = |pointer: &str| notice.resource().pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default();
    let books = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "SELECT out_trade_no, amount FROM refunds WHERE out_refund_no = ?1";
    let (out_trade_no, amount): (String, u32) =
        books.query_row(sql, [text("/out_refund_no")], |row| Ok((row.get(0)?, row.get(1)?)))?;
    notice.expect("/amount/refund", amount)?.expect("/out_trade_no", out_trade_no.as_str())?;
    if books.execute("INSERT OR IGNORE INTO notices (key) VALUES (?1)", [notice.key()])? == 1 {
        end_refund(&books, text("/out_refund_no"), text("/refund_status"))?;
    }
    books.commit()?;
    Ok(())
}

/// Payments and refunds: those of a day as the gateway dates them, or all. A refund that failed is none; one that was closed is in a bill.
pub fn amounts(db: &Connection, day: Option<&str>) -> Result<Amounts, Error> {
    let mut amounts = Amounts::new();
    let payments =
        "SELECT out_trade_no, paid FROM orders WHERE paid > 0 AND (?1 IS NULL OR substr(paid_at, 1, 10) = ?1)";
    let refunds = "SELECT out_refund_no, amount FROM refunds
                   WHERE state <> 'FAILED' AND (?1 IS NULL OR substr(accepted_at, 1, 10) = ?1)";
    for (sql, entry) in [(payments, Entry::Payment as fn(String) -> Entry), (refunds, Entry::Refund)] {
        let mut rows = db.prepare(sql)?;
        for row in rows.query_map([day], |row| Ok((entry(row.get(0)?), row.get(1)?)))? {
            let (entry, amount) = row?;
            amounts.insert(entry, amount);
        }
    }
    Ok(amounts)
}
