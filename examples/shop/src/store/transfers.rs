//! Transfers in the books.

use jiff::Timestamp;

use super::books::{Books, Row};
use super::outbox::{self, Kind};
use crate::error::{Error, Result};
use crate::model::money::Fen;
use crate::model::openid::Openid;
use crate::model::schedule;
use crate::model::transfer::{Transfer, TransferState};

const TRANSFER: &str = "SELECT number, openid, amount, remark, state, package, reason FROM transfers";

/// A transfer that is to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// Its number, if it is not there already.
    pub number: String,
    /// Whoever asks has a mark of his own: twice the same is one transfer.
    pub request: String,
    /// Who gets it.
    pub openid: Openid,
    /// How much.
    pub amount: Fen,
    /// What for, for the payee.
    pub remark: String,
}

/// Writes a transfer down, before WeChat Pay hears of it; one of the same mark is the transfer.
pub fn insert(books: &mut dyn Books, new: &New, now: Timestamp) -> Result<Transfer> {
    let rows = books.rows(&format!("{TRANSFER} WHERE request = ?1"), &[(&new.request).into()])?;
    if let Some(known) = rows.first().map(read).transpose()? {
        if (&known.openid, known.amount, &known.remark) != (&new.openid, new.amount, &new.remark) {
            return Err(Error::refused("this mark stands for another transfer"));
        }
        // One that was refused for good is tried again, under its number.
        if say(books, &known.number, TransferState::Pending, None)? {
            outbox::put(books, Kind::Transfer, &known.number, schedule::next(now, 0))?;
        }
        return transfer(books, &known.number);
    }
    let sql = "INSERT INTO transfers (number, request, openid, amount, remark, state, created_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let values = [
        (&new.number).into(),
        (&new.request).into(),
        new.openid.as_str().into(),
        new.amount.into(),
        (&new.remark).into(),
        TransferState::Pending.as_str().into(),
        now.as_second().into(),
    ];
    books.execute(sql, &values)?;
    outbox::put(books, Kind::Transfer, &new.number, schedule::next(now, 0))?;
    transfer(books, &new.number)
}

/// A transfer.
pub fn transfer(books: &mut dyn Books, number: &str) -> Result<Transfer> {
    let rows = books.rows(&format!("{TRANSFER} WHERE number = ?1"), &[number.into()])?;
    rows.first().map(read).transpose()?.ok_or_else(|| Error::NotFound(format!("transfer {number}")))
}

/// Notes what the payee's phone needs to ask him.
pub fn package(books: &mut dyn Books, number: &str, package: &str) -> Result<()> {
    books.execute("UPDATE transfers SET package = ?2 WHERE number = ?1", &[number.into(), package.into()])?;
    Ok(())
}

/// Notes a word about a transfer, and why; false if it changes nothing.
pub fn say(books: &mut dyn Books, number: &str, word: TransferState, reason: Option<&str>) -> Result<bool> {
    let known = transfer(books, number)?;
    let Some(state) = known.state.after(word) else { return Ok(false) };
    let sql = "UPDATE transfers SET state = ?2, reason = ?3 WHERE number = ?1 AND state = ?4";
    let values = [number.into(), state.as_str().into(), reason.into(), known.state.as_str().into()];
    if books.execute(sql, &values)? == 0 {
        return Ok(false);
    }
    if state.is_settled() {
        outbox::take(books, Kind::Transfer, number)?;
    }
    Ok(true)
}

fn read(row: &Row) -> Result<Transfer> {
    Ok(Transfer {
        number: row.text(0)?,
        openid: Openid::new(row.text(1)?),
        amount: row.fen(2)?,
        remark: row.text(3)?,
        state: row.state(4, TransferState::parse)?,
        package: row.optional(5)?,
        reason: row.optional(6)?,
    })
}
