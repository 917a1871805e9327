//! Refunds in the books.

use jiff::Timestamp;

use super::books::{Books, Row};
use super::outbox::{self, Kind};
use super::{orders, sharings};
use crate::error::{Error, Result};
use crate::model::money::Fen;
use crate::model::order::{Order, OrderState};
use crate::model::refund::{MOST, Refund, RefundState};
use crate::model::{number, schedule};

const REFUND: &str = "SELECT number, order_number, amount, reason, state, accepted_at FROM refunds";

/// A refund that is to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// Whoever asks has a mark of his own: twice the same is one refund.
    pub request: String,
    /// Of which order.
    pub order: String,
    /// How much.
    pub amount: Fen,
    /// Why, for the payer.
    pub reason: String,
}

/// Writes a refund down, before WeChat Pay hears of it; one of the same mark is the refund. The sum of an order's refunds is checked here.
pub fn insert(books: &mut dyn Books, new: &New, now: Timestamp) -> Result<Refund> {
    let order = orders::order(books, &new.order)?;
    let rows = books.rows(&format!("{REFUND} WHERE request = ?1"), &[(&new.request).into()])?;
    if let Some(known) = rows.first().map(read).transpose()? {
        if (&known.order, known.amount) != (&new.order, new.amount) {
            return Err(Error::refused("this mark stands for another refund"));
        }
        if known.state == RefundState::Failed {
            may_begin(books, &order, new.amount)?;
            set(books, &known, RefundState::Pending)?;
            outbox::put(books, Kind::Refund, &known.number, schedule::next(now, 0))?;
        }
        return refund(books, &known.number);
    }
    may_begin(books, &order, new.amount)?;
    let rows = books.rows("SELECT COUNT(*) FROM refunds WHERE order_number = ?1", &[(&new.order).into()])?;
    let n = rows.first().map_or(Ok(0), |row| row.int(0))? + 1;
    if n > MOST {
        return Err(Error::refused(format!("order {} has had {MOST} refunds", new.order)));
    }
    let number = number::refund(&new.order, n);
    let sql = "INSERT INTO refunds (number, request, order_number, amount, reason, state, created_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let values = [
        (&number).into(),
        (&new.request).into(),
        (&new.order).into(),
        new.amount.into(),
        (&new.reason).into(),
        RefundState::Pending.as_str().into(),
        now.as_second().into(),
    ];
    books.execute(sql, &values)?;
    promise(books, &new.order, new.amount.get(), 0)?;
    outbox::put(books, Kind::Refund, &number, schedule::next(now, 0))?;
    refund(books, &number)
}

/// Whether so much of an order can be promised back now.
fn may_begin(books: &mut dyn Books, order: &Order, amount: Fen) -> Result<()> {
    let number = &order.number;
    if order.state != OrderState::Paid {
        return Err(Error::refused(format!("order {number} is not paid")));
    }
    let left = order.paid.minus(order.taken).unwrap_or_default();
    if amount <= Fen::ZERO || amount > left {
        let (amount, left) = (amount.get(), left.get());
        return Err(Error::refused(format!("amount: {amount} fen of order {number}, of which {left} are left")));
    }
    match sharings::of_order(books, number)?.and_then(|sharing| sharing.state.bars_refund()) {
        Some(why) => Err(Error::refused(format!("order {number}: {why}"))),
        None => Ok(()),
    }
}

/// A refund.
pub fn refund(books: &mut dyn Books, number: &str) -> Result<Refund> {
    let rows = books.rows(&format!("{REFUND} WHERE number = ?1"), &[number.into()])?;
    rows.first().map(read).transpose()?.ok_or_else(|| Error::NotFound(format!("refund {number}")))
}

/// Notes a word about a refund, with what it means for the order's money; false if it changes nothing.
pub fn say(books: &mut dyn Books, number: &str, word: RefundState) -> Result<bool> {
    let known = refund(books, number)?;
    let Some(state) = known.state.after(word) else { return Ok(false) };
    set(books, &known, state)?;
    settle(books, number)?;
    Ok(true)
}

/// Notes when WeChat Pay took a refund: the day in whose bill it is.
pub fn accepted_at(books: &mut dyn Books, number: &str, at: &str) -> Result<()> {
    let sql = "UPDATE refunds SET accepted_at = ?2 WHERE number = ?1 AND accepted_at IS NULL";
    books.execute(sql, &[number.into(), at.into()])?;
    settle(books, number)
}

/// What is settled, and dated if it is in a bill, is not asked for any more.
fn settle(books: &mut dyn Books, number: &str) -> Result<()> {
    let known = refund(books, number)?;
    if known.state.is_settled() && (known.state != RefundState::Success || known.accepted_at.is_some()) {
        outbox::take(books, Kind::Refund, number)?;
    }
    Ok(())
}

fn set(books: &mut dyn Books, known: &Refund, state: RefundState) -> Result<()> {
    let sql = "UPDATE refunds SET state = ?2 WHERE number = ?1 AND state = ?3";
    let values = [(&known.number).into(), state.as_str().into(), known.state.as_str().into()];
    if books.execute(sql, &values)? == 0 {
        return Err(Error::Database(format!("refund {} was changed by somebody else", known.number).into()));
    }
    let amount = known.amount.get();
    let promised = i64::from(state.holds_money()) - i64::from(known.state.holds_money());
    let arrived = i64::from(state == RefundState::Success);
    promise(books, &known.order, promised * amount, arrived * amount)
}

/// Changes what of an order is promised back, and what has arrived; the table refuses more than was paid.
fn promise(books: &mut dyn Books, order: &str, taken: i64, refunded: i64) -> Result<()> {
    let sql = "UPDATE orders SET taken = taken + ?2, refunded = refunded + ?3 WHERE number = ?1";
    books.execute(sql, &[order.into(), taken.into(), refunded.into()])?;
    Ok(())
}

fn read(row: &Row) -> Result<Refund> {
    Ok(Refund {
        number: row.text(0)?,
        order: row.text(1)?,
        amount: row.fen(2)?,
        reason: row.text(3)?,
        state: row.state(4, RefundState::parse)?,
        accepted_at: row.optional(5)?,
    })
}
