//! Each row of the table of profit sharing, each refusal, each rule, each notification.

mod bills;
mod controls;
mod ending;
mod notices;
mod partner;
mod receivers;
mod refusals;
mod returns;
mod rules;
mod table;

use serde_json::{Value, json};

use super::super::super::answer::{Content, Outcome};
use super::super::super::call::Call;
use super::super::super::ledger::Account;
use super::super::super::openids;
use super::super::super::testing::{self, NOW};
use super::super::super::time::Time;
use super::super::super::world::World;

const MERCHANT: &str = "1900000001";
/// The merchant who receives shares.
const OTHER: &str = "1900000002";
const PARTNER: &str = "1900000010";
const SUB: &str = "1900000011";
const APPID: &str = "wx0000000000000001";
const ORDERS: &str = "v3/profitsharing/orders";
const UNFREEZE: &str = "v3/profitsharing/orders/unfreeze";
const RETURNS: &str = "v3/profitsharing/return-orders";
const ADD: &str = "v3/profitsharing/receivers/add";
const DAY: i64 = 86_400;

/// A minute after the payment: from now on it can be shared.
const READY: Time = Time::from_millis(NOW.millis() + 60_000);
/// When what was shared then has arrived.
const DONE: Time = Time::from_millis(READY.millis() + 1_000);

/// A world in which alice has paid an order `A00001` of 100 yuan that may be shared, and the other merchant is a receiver.
fn world() -> World {
    let mut world = testing::world();
    paid(&mut world, "A00001", 10_000);
    add(&mut world, OTHER);
    world
}

/// An order of the merchant's that may be shared, paid; its transaction's number.
fn paid(world: &mut World, number: &str, total: i64) -> String {
    let body = json!({
        "appid": APPID, "mchid": MERCHANT, "description": "a book", "out_trade_no": number,
        "notify_url": "http://8.8.8.8/paid", "amount": {"total": total, "currency": "CNY"},
        "settle_info": {"profit_sharing": true},
    });
    fields(testing::calls(world, NOW, testing::call(MERCHANT, "POST", "v3/pay/transactions/native", body)));
    let order = testing::control(world, NOW, "POST", &format!("orders/{number}/pay"), json!({})).unwrap();
    order["transaction_id"].as_str().unwrap().to_owned()
}

fn transaction(world: &World) -> String {
    world.orders.by_number(MERCHANT, "A00001").unwrap().transaction_id.clone().unwrap().into()
}

/// Adds a merchant as a receiver.
fn add(world: &mut World, mchid: &str) {
    let body = json!({"appid": APPID, "type": "MERCHANT_ID", "account": mchid, "relation_type": "PARTNER"});
    fields(testing::calls(world, NOW, testing::call(MERCHANT, "POST", ADD, body)));
}

/// Adds a payer as a receiver; the openid.
fn add_payer(world: &mut World, payer: &str) -> String {
    let openid = openids::openid(APPID, &world.payers[payer]);
    let body = json!({"appid": APPID, "type": "PERSONAL_OPENID", "account": openid, "relation_type": "STAFF"});
    fields(testing::calls(world, NOW, testing::call(MERCHANT, "POST", ADD, body)));
    openid
}

fn to(account: &str, amount: i64) -> Value {
    let kind = if account.starts_with('o') { "PERSONAL_OPENID" } else { "MERCHANT_ID" };
    json!({"type": kind, "account": account, "amount": amount, "description": "a share"})
}

/// The body of a sharing of the order, members replaced.
fn body(world: &World, number: &str, receivers: Value, other: Value) -> Value {
    let mut body = json!({
        "appid": APPID, "transaction_id": transaction(world), "out_order_no": number, "receivers": receivers,
        "unfreeze_unsplit": false,
    });
    if let Value::Object(other) = other {
        other.into_iter().for_each(|(name, value)| body[name] = value);
    }
    body
}

fn post(world: &World, number: &str, receivers: Value, other: Value) -> Call {
    testing::call(MERCHANT, "POST", ORDERS, body(world, number, receivers, other))
}

fn fields(outcome: Outcome) -> Value {
    match outcome.expect("answered").content {
        Content::Fields(fields) => fields,
        other => panic!("expected members, not {other:?}"),
    }
}

/// What is answered, which must be what the page describes.
fn ask(world: &mut World, now: Time, call: Call) -> Value {
    let operation = wechatpay_catalog::operation(call.method, call.template).unwrap();
    let shown = fields(testing::calls(world, now, call));
    assert_eq!(operation.check_response(&shown), [], "{shown}");
    shown
}

/// Shares with the other merchant what is accepted.
fn share(world: &mut World, number: &str, amount: i64) -> Value {
    let call = post(world, number, json!([to(OTHER, amount)]), json!({}));
    ask(world, READY, call)
}

/// Shares, and lets it arrive.
fn shared(world: &mut World, number: &str, amount: i64) -> Value {
    let shown = share(world, number, amount);
    testing::until(world, DONE);
    shown
}

fn query(world: &mut World, number: &str) -> Value {
    let path = format!("{ORDERS}/{number}?transaction_id={}", transaction(world));
    ask(world, READY, testing::call(MERCHANT, "GET", &path, Value::Null))
}

fn unfreeze(world: &World, number: &str) -> Call {
    let body = json!({"transaction_id": transaction(world), "out_order_no": number, "description": "the rest"});
    testing::call(MERCHANT, "POST", UNFREEZE, body)
}

fn give_back(order: &str, number: &str, amount: i64, other: Value) -> Call {
    let mut body = json!({
        "out_order_no": order, "out_return_no": number, "return_mchid": OTHER, "amount": amount, "description": "back",
    });
    if let Value::Object(other) = other {
        other.into_iter().for_each(|(name, value)| body[name] = value);
    }
    testing::call(MERCHANT, "POST", RETURNS, body)
}

/// What of the order can still be shared.
fn unsplit(world: &mut World) -> i64 {
    let path = format!("v3/profitsharing/transactions/{}/amounts", transaction(world));
    ask(world, READY, testing::call(MERCHANT, "GET", &path, Value::Null))["unsplit_amount"].as_i64().unwrap()
}

fn refund(world: &mut World, now: Time, number: &str, amount: i64) -> Outcome {
    let body = json!({
        "out_trade_no": "A00001", "out_refund_no": number,
        "amount": {"refund": amount, "total": 10_000, "currency": "CNY"},
    });
    testing::calls(world, now, testing::call(MERCHANT, "POST", "v3/refund/domestic/refunds", body))
}

fn control(world: &mut World, method: &'static str, path: &str, body: Value) -> Result<Value, (u16, &'static str)> {
    testing::control(world, READY, method, path, body).map_err(|error| (error.status, error.code))
}

/// Status, code and message of a refusal at a time that changed nothing.
fn refused_at(world: &mut World, now: Time, call: Call) -> (u16, String, String) {
    let before = serde_json::to_string(world).unwrap();
    let refusal = testing::calls(world, now, call).expect_err("refused");
    assert_eq!(serde_json::to_string(world).unwrap(), before, "a refused call has changed nothing");
    (refusal.status, refusal.code, refusal.message)
}

fn refused(world: &mut World, call: Call) -> (u16, String, String) {
    refused_at(world, READY, call)
}

/// What the merchant has available and frozen, and what the other one has.
fn money(world: &World) -> [i64; 3] {
    [Account::Basic(MERCHANT.into()), Account::BasicFrozen(MERCHANT.into()), Account::Basic(OTHER.into())]
        .map(|account| world.ledger.balance(&account))
}

/// What the order's view in the control interface says of sharing.
fn order(world: &mut World) -> Value {
    control(world, "GET", &format!("orders/A00001?mchid={MERCHANT}"), Value::Null).unwrap()["profit_sharing"].clone()
}
