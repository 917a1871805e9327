//! Sharings in the books.

use jiff::Timestamp;

use super::books::{Books, Row};
use super::orders;
use super::outbox::{self, Kind};
use crate::error::{Error, Result};
use crate::model::money::Fen;
use crate::model::sharing::{Sharing, SharingState};
use crate::model::{number, schedule, time};

const SHARING: &str = "SELECT number, order_number, maker, amount, state, returns, reason FROM sharings";

/// How long after the payment it is time: WeChat Pay shares nothing in the first minute.
const AFTER: i64 = 90;

/// Puts the sharing of an order that was paid in the books.
pub(super) fn insert(books: &mut dyn Books, order: &str, maker: &str, paid_at: Timestamp) -> Result<()> {
    let number = number::sharing(order);
    let sql = "INSERT INTO sharings (number, order_number, maker, amount, state) VALUES (?1, ?2, ?3, 0, ?4)";
    let values = [(&number).into(), order.into(), maker.into(), SharingState::Waiting.as_str().into()];
    books.execute(sql, &values)?;
    outbox::put(books, Kind::Sharing, &number, time::later(paid_at, AFTER))
}

/// A sharing.
pub fn sharing(books: &mut dyn Books, number: &str) -> Result<Sharing> {
    let rows = books.rows(&format!("{SHARING} WHERE number = ?1"), &[number.into()])?;
    rows.first().map(read).transpose()?.ok_or_else(|| Error::NotFound(format!("sharing {number}")))
}

/// An order's sharing, if it has one.
pub fn of_order(books: &mut dyn Books, order: &str) -> Result<Option<Sharing>> {
    let rows = books.rows(&format!("{SHARING} WHERE order_number = ?1"), &[order.into()])?;
    rows.first().map(read).transpose()
}

/// It is time: writes down how much the maker gets of what has not been promised back, before WeChat Pay hears of it.
pub fn begin(books: &mut dyn Books, number: &str) -> Result<Sharing> {
    let known = sharing(books, number)?;
    if known.state != SharingState::Waiting {
        return Ok(known);
    }
    let order = orders::order(books, &known.order)?;
    let amount = order.paid.minus(order.taken).unwrap_or_default().share(order.maker_share);
    let next = if amount > Fen::ZERO { SharingState::Open } else { SharingState::Dropped };
    let sql = "UPDATE sharings SET amount = ?2 WHERE number = ?1 AND state = 'WAITING'";
    books.execute(sql, &[number.into(), amount.into()])?;
    say(books, number, next, None)?;
    sharing(books, number)
}

/// The share is to come back: writes that down, under a new number for the return, before WeChat Pay hears of it.
pub fn begin_return(books: &mut dyn Books, order: &str, now: Timestamp) -> Result<Sharing> {
    let known = of_order(books, order)?.ok_or_else(|| Error::NotFound(format!("sharing of order {order}")))?;
    match known.state {
        SharingState::Success => {
            books.execute("UPDATE sharings SET returns = returns + 1 WHERE number = ?1", &[(&known.number).into()])?;
            say(books, &known.number, SharingState::Returning, None)?;
            outbox::put(books, Kind::Sharing, &known.number, schedule::next(now, 0))?;
        }
        // It is under way, or done.
        SharingState::Returning | SharingState::Returned => {}
        other => {
            let state = other.as_str();
            return Err(Error::refused(format!(
                "the sharing of order {order} is {state}: there is no share to return"
            )));
        }
    }
    sharing(books, &known.number)
}

/// Notes a word about a sharing, and why; false if it changes nothing.
pub fn say(books: &mut dyn Books, number: &str, word: SharingState, reason: Option<&str>) -> Result<bool> {
    let known = sharing(books, number)?;
    let Some(state) = known.state.after(word) else { return Ok(false) };
    let sql = "UPDATE sharings SET state = ?2, reason = ?3 WHERE number = ?1 AND state = ?4";
    let reason = reason.or(known.reason.as_deref());
    let values = [number.into(), state.as_str().into(), reason.into(), known.state.as_str().into()];
    if books.execute(sql, &values)? == 0 {
        return Ok(false);
    }
    if state.is_settled() {
        outbox::take(books, Kind::Sharing, number)?;
    }
    Ok(true)
}

fn read(row: &Row) -> Result<Sharing> {
    Ok(Sharing {
        number: row.text(0)?,
        order: row.text(1)?,
        maker: row.text(2)?,
        amount: row.fen(3)?,
        state: row.state(4, SharingState::parse)?,
        returns: row.int(5)?,
        reason: row.optional(6)?,
    })
}
