//! A bill is made: whether it may be yet, what is in it, and from when on it stays as it is.

use super::super::time::Time;
use super::super::world::World;
use super::format::{self, Sheet};
use super::store::{BillId, Kind, TradeType};
use super::{fundflow, sharing, trade};

/// Why there is no bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The day is none, today, still to come, or too long ago.
    Day,
    /// It is not ready yet.
    NotYet,
    /// Nothing happened on that day.
    Empty,
}

/// Milliseconds after the day's end at which its bill is ready.
fn ready_after(world: &World) -> i64 {
    world.rules.number("bills.ready_hour").saturating_mul(3_600_000)
}

/// The text of a bill that a merchant asks for; it is kept from the end of its day on.
///
/// # Errors
///
/// Why there is none; nothing has changed then.
pub(crate) fn make(world: &mut World, now: Time, id: &BillId) -> Result<String, Missing> {
    let end = check_day(world, now, id)?;
    if let Some(text) = world.bills.frozen(id) {
        return Ok(text.to_owned());
    }
    let sheet = sheet(world, id);
    if sheet.rows.is_empty() && id.kind != Kind::Trade(TradeType::Other) {
        return Err(Missing::Empty);
    }
    let text = sheet.text();
    if now >= end {
        world.bills.freeze(id.clone(), text.clone());
    }
    Ok(text)
}

/// The bill as it is, or as it would be, whatever the time; nothing is kept.
pub(crate) fn show(world: &World, id: &BillId) -> String {
    world.bills.frozen(id).map_or_else(|| sheet(world, id).text(), str::to_owned)
}

/// The end of the bill's day, if it may be asked for.
fn check_day(world: &World, now: Time, id: &BillId) -> Result<Time, Missing> {
    let day = format::day(&id.date).ok_or(Missing::Day)?;
    let end = format::span(day).ok_or(Missing::Day)?.end;
    let months = jiff::Span::new().try_months(world.rules.number("bills.months"));
    let oldest = months.and_then(|months| now.day().checked_sub(months));
    let immediate = world.settings.bills.immediate;
    if day > now.day() || day == now.day() && !immediate || oldest.is_ok_and(|oldest| day < oldest) {
        return Err(Missing::Day);
    }
    match immediate || now.millis() >= end.millis().saturating_add(ready_after(world)) {
        true => Ok(end),
        false => Err(Missing::NotYet),
    }
}

/// The rows of the state and those that were added, the newest first.
fn sheet(world: &World, id: &BillId) -> Sheet {
    let day = format::day(&id.date);
    let imports = world.bills.imports().filter(|row| row.mchid == id.mchid && row.date == id.date);
    match id.kind {
        Kind::Trade(kind) => {
            let mut rows = day.map_or_else(Vec::new, |day| trade::rows(world, &id.mchid, id.sub_mchid.as_deref(), day));
            let is_meant = |row: &trade::Row| id.sub_mchid.as_deref().is_none_or(|sub| row.cell("特约商户号") == sub);
            rows.extend(imports.filter(|row| row.account.is_none()).map(trade::imported).filter(is_meant));
            rows.sort_by(|a, b| b.cell("交易时间").cmp(a.cell("交易时间")));
            let count_text = world.rules.value("bills.count_text");
            trade::sheet(&rows, kind, count_text.as_str().unwrap_or_default())
        }
        Kind::Sharing => {
            let sub_mchid = id.sub_mchid.as_deref();
            sharing::sheet(day.map_or_else(Vec::new, |day| sharing::rows(world, &id.mchid, sub_mchid, day)))
        }
        Kind::Fundflow(account) => {
            let owner = id.sub_mchid.as_deref().unwrap_or(&id.mchid);
            let mut rows = day.map_or_else(Vec::new, |day| fundflow::rows(world, owner, account, day));
            rows.extend(imports.filter(|row| row.account == Some(account)).map(fundflow::imported));
            rows.sort_by(|a, b| b.first().cmp(&a.first()));
            fundflow::sheet(rows)
        }
    }
}
