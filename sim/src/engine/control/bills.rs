//! `bills`: rows added to a bill so that odd ones can be tried, and every bill as a file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::bills::make::show;
use super::super::bills::store::{BillId, Import, Kind, TradeType};
use super::super::bills::{format, fundflow, trade};
use super::super::ledger::MerchantAccount;
use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] =
    &[("POST", "bills", import), ("DELETE", "bills", forget), ("GET", "bills/{mchid}/{date}/{kind}", file)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    mchid: String,
    kind: Wanted,
    date: String,
    #[serde(rename = "rows")]
    columns: Vec<BTreeMap<String, String>>,
    #[serde(default)]
    account: Option<MerchantAccount>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    Trade,
    Fundflow,
}

impl Wanted {
    fn parse(name: &str) -> Result<Self, ControlError> {
        match name {
            "trade" => Ok(Self::Trade),
            "fundflow" => Ok(Self::Fundflow),
            _ => Err(ControlError::bad("kind: expected trade or fundflow")),
        }
    }

    /// The account that rows are of; a trade bill has none.
    fn account(self, named: Option<MerchantAccount>) -> Result<Option<MerchantAccount>, ControlError> {
        match (self, named) {
            (Self::Trade, Some(_)) => Err(ControlError::bad("account: a trade bill has none")),
            (Self::Trade, None) => Ok(None),
            (Self::Fundflow, named) => Ok(Some(named.unwrap_or(MerchantAccount::Basic))),
        }
    }
}

fn date(text: &str) -> Result<(), ControlError> {
    let found = format::day(text).map(|_| ());
    found.ok_or_else(|| ControlError::bad("date: expected a day such as 2026-11-25"))
}

fn merchant(world: &World, mchid: &str) -> Result<(), ControlError> {
    match world.merchants.contains_key(mchid) {
        true => Ok(()),
        false => Err(ControlError::not_found(format!("there is no merchant {mchid}"))),
    }
}

/// Adds rows to a bill that is not made yet.
fn import(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let wanted: Rows = request.body()?;
    merchant(world, &wanted.mchid)?;
    date(&wanted.date)?;
    let account = wanted.kind.account(wanted.account)?;
    let columns: &[&str] = if wanted.kind == Wanted::Trade { &trade::COLUMNS } else { &fundflow::COLUMNS };
    if let Some(name) = wanted.columns.iter().flat_map(BTreeMap::keys).find(|name| !columns.contains(&name.as_str())) {
        return Err(ControlError::bad(format!("rows: there is no column {name}; expected of {}", columns.join(","))));
    }
    if world.bills.is_frozen(&wanted.mchid, &wanted.date, account) {
        let hint = "DELETE bills?mchid=…&date=…&kind=… lets it be made anew";
        return Err(ControlError::state("made", &[], "this bill is made and stays as it is").hint(hint));
    }
    let added = wanted.columns.len();
    for columns in wanted.columns {
        world.bills.import(Import { mchid: wanted.mchid.clone(), date: wanted.date.clone(), account, columns });
    }
    Ok(json!({"added": added}))
}

/// Forgets added rows, and lets the bills be made anew: of all, or of a merchant, a day, a kind.
fn forget(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let names = ["mchid", "date", "kind", "account"];
    if let Some(name) = request.query.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(ControlError::bad(format!("{name}: expected one of {}", names.join(", "))));
    }
    let kind = request.parameter("kind").map(Wanted::parse).transpose()?;
    let account = named_account(request, "account")?;
    let (mchid, date) = (request.parameter("mchid"), request.parameter("date"));
    let removed = world.bills.forget(|of, day, found| {
        mchid.is_none_or(|mchid| mchid == of)
            && date.is_none_or(|date| date == day)
            && kind.is_none_or(|kind| (kind == Wanted::Fundflow) == found.is_some())
            && account.is_none_or(|account| found == Some(account))
    });
    Ok(json!({"removed": removed}))
}

fn named_account(request: &ControlRequest, name: &str) -> Result<Option<MerchantAccount>, ControlError> {
    let parsed = request.parameter(name).map(MerchantAccount::parse);
    match parsed {
        Some(None) => Err(ControlError::bad(format!("{name}: expected BASIC, OPERATION or FEES"))),
        Some(found) => Ok(found),
        None => Ok(None),
    }
}

/// The file of a bill, whatever the time, as a text: `trade.csv`, `fundflow.csv` or `sharing.csv`. Nothing is kept by looking at it.
fn file(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let &[mchid, day, name] = variables else { return Err(ControlError::not_found("no such bill")) };
    merchant(world, mchid)?;
    date(day)?;
    let kind = match name {
        "trade.csv" => {
            let kind = TradeType::parse(request.parameter("bill_type").unwrap_or("ALL"));
            Kind::Trade(kind.ok_or_else(|| ControlError::bad("bill_type: expected ALL, SUCCESS or REFUND"))?)
        }
        "fundflow.csv" => Kind::Fundflow(named_account(request, "account_type")?.unwrap_or(MerchantAccount::Basic)),
        "sharing.csv" => Kind::Sharing,
        _ => return Err(ControlError::not_found("expected trade.csv, fundflow.csv or sharing.csv")),
    };
    Ok(Value::String(show(world, &BillId { mchid: mchid.to_owned(), sub_mchid: None, date: day.to_owned(), kind })))
}
