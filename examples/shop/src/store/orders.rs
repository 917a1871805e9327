//! Orders in the books.

use jiff::Timestamp;

use super::books::{Books, Row};
use super::outbox::{self, Kind};
use super::sharings;
use crate::error::{Error, Result};
use crate::model::goods::Thing;
use crate::model::money::Fen;
use crate::model::openid::Openid;
use crate::model::order::{Order, OrderState};
use crate::model::{schedule, time};

const ORDER: &str =
    "SELECT number, thing, description, price, openid, maker_share, state, credential, credential_until,
                     expires_at, transaction_id, paid, taken, refunded FROM orders";

/// An order that is to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// Its number, if it is not there already.
    pub number: String,
    /// The customer's own mark of it: twice the same is one order.
    pub request: String,
    /// What is bought.
    pub thing: &'static Thing,
    /// Who pays; `None` for a QR code.
    pub openid: Option<Openid>,
    /// What its maker gets, in ten-thousandths.
    pub maker_share: u32,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
}

/// What WeChat Pay says of a payment.
#[derive(Clone, Debug)]
pub struct Payment {
    /// How much.
    pub total: Fen,
    /// WeChat Pay's number.
    pub transaction_id: String,
    /// When, in WeChat Pay's words: the day in whose bill it is.
    pub at: String,
}

/// Writes an order down, before WeChat Pay hears of it; one of the same mark is the order.
pub fn insert(books: &mut dyn Books, new: &New, now: Timestamp) -> Result<Order> {
    let rows = books.rows("SELECT number FROM orders WHERE request = ?1", &[(&new.request).into()])?;
    if let Some(row) = rows.first() {
        let known = order(books, &row.text(0)?)?;
        if known.thing != new.thing.id || known.openid != new.openid {
            return Err(Error::refused("this mark stands for another order"));
        }
        return Ok(known);
    }
    let sql = "INSERT INTO orders (number, request, thing, description, price, openid, maker_share, state, created_at,
               expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let values = [
        (&new.number).into(),
        (&new.request).into(),
        new.thing.id.into(),
        new.thing.name.into(),
        new.thing.price.into(),
        new.openid.as_ref().map(Openid::as_str).into(),
        i64::from(new.maker_share).into(),
        OrderState::Unpaid.as_str().into(),
        now.as_second().into(),
        new.expires_at.as_second().into(),
    ];
    books.execute(sql, &values)?;
    outbox::put(books, Kind::Order, &new.number, schedule::next(now, 0))?;
    order(books, &new.number)
}

/// An order.
pub fn order(books: &mut dyn Books, number: &str) -> Result<Order> {
    let rows = books.rows(&format!("{ORDER} WHERE number = ?1"), &[number.into()])?;
    rows.first().map(read).transpose()?.ok_or_else(|| Error::NotFound(format!("order {number}")))
}

/// Numbers of orders that nobody has paid in time.
pub fn expired(books: &mut dyn Books, now: Timestamp) -> Result<Vec<String>> {
    let sql = "SELECT number FROM orders WHERE state = 'UNPAID' AND expires_at <= ?1 ORDER BY expires_at LIMIT 100";
    books.rows(sql, &[now.as_second().into()])?.iter().map(|row| row.text(0)).collect()
}

/// How long whoever asks for a credential has for it: longer than a call takes.
const PLACING: i64 = 60;

/// Whether the caller is to ask for the order's credential: it needs one, and nobody else is asking. The last one that WeChat Pay gives
/// makes those before useless, so two that ask at once might keep the wrong one.
pub fn may_place(books: &mut dyn Books, number: &str, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE orders SET placing_until = ?2 WHERE number = ?1 AND state = 'UNPAID' AND placing_until <= ?3
               AND expires_at > ?3 AND credential_until <= ?3";
    let values = [number.into(), time::later(now, PLACING).as_second().into(), now.as_second().into()];
    Ok(books.execute(sql, &values)? == 1)
}

/// Notes what the payer's phone needs and until when it can be used; `None` if it could not be had.
pub fn placed(books: &mut dyn Books, number: &str, credential: Option<(&str, Timestamp)>) -> Result<()> {
    books.execute("UPDATE orders SET placing_until = 0 WHERE number = ?1", &[number.into()])?;
    if let Some((credential, until)) = credential {
        let sql = "UPDATE orders SET credential = ?2, credential_until = ?3 WHERE number = ?1";
        books.execute(sql, &[number.into(), credential.into(), until.as_second().into()])?;
    }
    Ok(())
}

/// Notes that an order is paid, and puts its sharing in if its maker gets something; false if it was noted before.
pub fn paid(books: &mut dyn Books, number: &str, payment: &Payment, maker: Option<&str>) -> Result<bool> {
    let order = order(books, number)?;
    if payment.total != order.price {
        return Err(Error::Mismatch(format!(
            "order {number} costs {}, but {} was paid",
            order.price.get(),
            payment.total.get()
        )));
    }
    if order.transaction_id.as_ref().is_some_and(|known| *known != payment.transaction_id) {
        return Err(Error::Mismatch(format!("order {number} was paid by another transaction")));
    }
    let paid_at = time::parse(&payment.at)
        .filter(|_| payment.at.ends_with("+08:00"))
        .ok_or_else(|| Error::Mismatch(format!("success_time of order {number} is no time of Beijing's")))?;
    let Some(state) = order.state.after(OrderState::Paid) else { return Ok(false) };
    let sql =
        "UPDATE orders SET state = ?2, paid = ?3, transaction_id = ?4, paid_at = ?5 WHERE number = ?1 AND state = ?6";
    let values = [
        number.into(),
        state.as_str().into(),
        payment.total.into(),
        (&payment.transaction_id).into(),
        (&payment.at).into(),
        order.state.as_str().into(),
    ];
    if books.execute(sql, &values)? == 0 {
        return Ok(false);
    }
    outbox::take(books, Kind::Order, number)?;
    if let Some(maker) = maker.filter(|_| order.maker_share > 0) {
        sharings::insert(books, number, maker, paid_at)?;
    }
    Ok(true)
}

/// Notes that nobody can pay an order any more; false if it was noted before, or somebody has paid.
pub fn closed(books: &mut dyn Books, number: &str) -> Result<bool> {
    let order = order(books, number)?;
    let Some(state) = order.state.after(OrderState::Closed) else { return Ok(false) };
    let sql = "UPDATE orders SET state = ?2 WHERE number = ?1 AND state = ?3";
    if books.execute(sql, &[number.into(), state.as_str().into(), order.state.as_str().into()])? == 0 {
        return Ok(false);
    }
    outbox::take(books, Kind::Order, number)?;
    Ok(true)
}

/// Books a notification's key; false if it was booked before.
pub fn first_time(books: &mut dyn Books, key: &str) -> Result<bool> {
    Ok(books.execute("INSERT INTO notices (notice) VALUES (?1) ON CONFLICT (notice) DO NOTHING", &[key.into()])? == 1)
}

fn read(row: &Row) -> Result<Order> {
    let second = |column| {
        let seconds = row.int(column)?;
        Timestamp::from_second(seconds).map_err(|error| Error::Database(error.into()))
    };
    let until = second(8)?;
    Ok(Order {
        number: row.text(0)?,
        thing: row.text(1)?,
        description: row.text(2)?,
        price: row.fen(3)?,
        openid: row.optional(4)?.map(Openid::new),
        maker_share: u32::try_from(row.int(5)?).map_err(|error| Error::Database(error.into()))?,
        state: row.state(6, OrderState::parse)?,
        credential: row.optional(7)?.map(|credential| (credential, until)),
        expires_at: second(9)?,
        transaction_id: row.optional(10)?,
        paid: row.fen(11)?,
        taken: row.fen(12)?,
        refunded: row.fen(13)?,
    })
}
