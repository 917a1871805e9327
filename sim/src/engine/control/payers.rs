//! `payers`: people with wallets, how apps know them, and the codes that they show.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::codes;
use super::super::ledger::{Account, Posting, PostingKind};
use super::super::openids;
use super::super::payers::Payer;
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::orders::wallet;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "payers", list),
    ("POST", "payers", create),
    ("GET", "payers/{name}", get),
    ("PATCH", "payers/{name}", patch),
    ("GET", "payers/{name}/auth_code", auth_code),
];

fn list(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    page(request, world.payers.values().rev(), |payer| &payer.name, |payer| shown(world, payer))
}

fn shown(world: &World, payer: &Payer) -> Value {
    let apps = world.merchants.values().flat_map(|merchant| &merchant.appids);
    let openids: Map<_, _> = apps.map(|app| (app.appid.clone(), openids::openid(&app.appid, payer).into())).collect();
    json!({
        "name": payer.name,
        "real_name": payer.real_name,
        "balance": wallet(world, &payer.name),
        "closed": payer.closed,
        "openids": openids,
    })
}

fn found<'w>(world: &'w World, variables: &[&str]) -> Result<&'w Payer, ControlError> {
    let name = variables.first().copied().unwrap_or_default();
    world.payers.get(name).ok_or_else(|| ControlError::not_found(format!("there is no payer {name}")))
}

fn get(world: &mut World, _now: Time, _: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    Ok(shown(world, found(world, variables)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    real_name: String,
    balance: i64,
    #[serde(default)]
    closed: bool,
}

fn create(world: &mut World, now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let New { name, real_name, balance, closed } = request.body()?;
    if name.is_empty() || name.contains('/') {
        return Err(ControlError::bad("name: expected a text without /"));
    }
    if world.payers.contains_key(&name) {
        return Err(ControlError::state("exists", &["patch"], format!("there is a payer {name}")));
    }
    check_balance(balance)?;
    let payer = Payer { name: name.clone(), real_name, closed, known_as: None };
    world.payers.insert(name.clone(), payer);
    set_balance(world, now, &name, balance);
    get(world, now, request, &[&name])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    real_name: Option<String>,
    balance: Option<i64>,
    closed: Option<bool>,
}

fn patch(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let changes: Changes = request.body()?;
    let name = found(world, variables)?.name.clone();
    changes.balance.map_or(Ok(()), check_balance)?;
    if let Some(payer) = world.payers.get_mut(&name) {
        payer.real_name = changes.real_name.unwrap_or_else(|| std::mem::take(&mut payer.real_name));
        payer.closed = changes.closed.unwrap_or(payer.closed);
    }
    if let Some(balance) = changes.balance {
        set_balance(world, now, &name, balance);
    }
    get(world, now, request, variables)
}

fn check_balance(balance: i64) -> Result<(), ControlError> {
    match (0..=1_000_000_000_000).contains(&balance) {
        true => Ok(()),
        false => Err(ControlError::bad("balance: expected fen, 0 to 1000000000000")),
    }
}

/// What is missing comes from the world, what is too much goes there.
fn set_balance(world: &mut World, now: Time, name: &str, balance: i64) {
    let (wallet, has) = (Account::Wallet(name.to_owned()), wallet(world, name));
    let (from, to) = if balance >= has { (Account::World, wallet) } else { (wallet, Account::World) };
    let (kind, amount) = (PostingKind::TopUp, (balance - has).abs());
    let (reference, order) = (String::new(), String::new());
    world.ledger.post(Posting { at: now, from, to, amount, kind, reference, order });
}

fn auth_code(world: &mut World, now: Time, _: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let name = found(world, variables)?.name.clone();
    let (code, ends_at) = codes::make(world, now, &name);
    Ok(json!({"auth_code": code, "expires_at": ends_at.to_string()}))
}
