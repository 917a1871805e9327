//! A merchant's money: what is in its accounts, every posting, and moving some in or out.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::bills::format;
use super::super::effect::Kind;
use super::super::ledger::{Account, MerchantAccount, Posting, PostingKind};
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] =
    &[("POST", "merchants/{mchid}/balance", balance), ("GET", "merchants/{mchid}/ledger", ledger)];

/// More than all money that there is would not be counted right.
const MOST: i64 = 1_000_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopUp {
    account: MerchantAccount,
    /// Fen; below zero it goes out.
    amount: i64,
}

fn known(world: &World, mchid: &str) -> Result<(), ControlError> {
    match world.merchants.contains_key(mchid) {
        true => Ok(()),
        false => Err(ControlError::not_found(format!("there is no merchant {mchid}"))),
    }
}

/// Moves money in from `world`, or out to it.
fn balance(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let mchid = variables.first().copied().unwrap_or_default();
    known(world, mchid)?;
    let TopUp { account, amount } = request.body()?;
    if amount == 0 || amount.unsigned_abs() > MOST.unsigned_abs() {
        return Err(ControlError::bad(format!("amount: expected fen from -{MOST} to {MOST}, not 0")));
    }
    let own = account.available(mchid);
    if world.ledger.balance(&own) + amount < 0 {
        let has = world.ledger.balance(&own);
        return Err(ControlError::state("short", &[], format!("{} of {mchid} has {has} only", account.as_str())));
    }
    let (from, to) = if amount > 0 { (Account::World, own) } else { (own, Account::World) };
    let (amount, kind) = (amount.abs(), PostingKind::TopUp);
    world.ledger.post(Posting { at: now, from, to, amount, kind, reference: String::new(), order: String::new() });
    world.changed(Kind::Settings, mchid, format!("balance {}", account.as_str()));
    Ok(accounts(world, mchid))
}

/// What is in a merchant's accounts.
pub(crate) fn accounts(world: &World, mchid: &str) -> Value {
    let of = |account: fn(String) -> Account| world.ledger.balance(&account(mchid.to_owned()));
    json!({
        "BASIC": {"available": of(Account::Basic), "frozen": of(Account::BasicFrozen)},
        "OPERATION": {"available": of(Account::Operation), "frozen": of(Account::OperationFrozen)},
        "FEES": of(Account::Fees),
    })
}

/// One side of a posting.
struct Item {
    seq: usize,
    /// The same as a text: lists go on after it.
    id: String,
    at: Time,
    account: MerchantAccount,
    part: &'static str,
    amount: i64,
    balance: i64,
    kind: PostingKind,
    reference: String,
}

/// Postings of the accounts, the newest first; what moves between available and frozen stands there twice.
fn ledger(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let mchid = variables.first().copied().unwrap_or_default();
    known(world, mchid)?;
    let bad = |name: &str, expected: &str| ControlError::bad(format!("{name}: expected {expected}"));
    let account = match request.parameter("account") {
        None => None,
        Some(name) => Some(MerchantAccount::parse(name).ok_or_else(|| bad("account", "BASIC, OPERATION or FEES"))?),
    };
    let span = match request.parameter("date") {
        None => None,
        Some(date) => {
            let span = format::day(date).and_then(format::span);
            Some(span.ok_or_else(|| bad("date", "a day such as 2026-11-25"))?)
        }
    };
    let mut items = items(world, mchid);
    items.retain(|item| account.is_none_or(|account| item.account == account));
    items.retain(|item| span.as_ref().is_none_or(|span| span.contains(&item.at)));
    page(request, items.iter().rev(), |item| &item.id, shown)
}

fn items(world: &World, mchid: &str) -> Vec<Item> {
    let mut balances = [0; 3];
    let mut items = Vec::new();
    for (index, posting) in world.ledger.postings().enumerate() {
        for (side, amount, seq) in
            [(posting.from, -posting.amount, 2 * index + 1), (posting.to, posting.amount, 2 * index + 2)]
        {
            let Some((_, account)) = side.of_merchant().filter(|(owner, _)| *owner == mchid) else { continue };
            let balance = match account {
                MerchantAccount::Basic => &mut balances[0],
                MerchantAccount::Operation => &mut balances[1],
                MerchantAccount::Fees => &mut balances[2],
            };
            *balance += amount;
            items.push(Item {
                seq,
                id: seq.to_string(),
                at: posting.at,
                account,
                part: part(side),
                amount,
                balance: *balance,
                kind: posting.kind,
                reference: posting.reference.to_owned(),
            });
        }
    }
    items
}

fn part(account: &Account) -> &'static str {
    match account {
        Account::BasicFrozen(_) | Account::OperationFrozen(_) => "frozen",
        _ => "available",
    }
}

fn shown(item: &Item) -> Value {
    json!({
        "seq": item.seq,
        "at": item.at.to_string(),
        "account": item.account.as_str(),
        "part": item.part,
        "amount": item.amount,
        "balance": item.balance,
        "kind": item.kind.as_str(),
        "ref": item.reference,
    })
}
