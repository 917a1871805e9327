//! Each row of the table of refunds, each refusal, each notification.

mod abnormal;
mod controls;
mod notices;
mod refusals;
mod table;
mod v2;

use serde_json::{Value, json};

use super::super::super::answer::{Answer, Content, Outcome};
use super::super::super::call::Call;
use super::super::super::ledger::Account;
use super::super::super::money;
use super::super::super::testing::{self, NOW};
use super::super::super::world::World;

const MERCHANT: &str = "1900000001";
const PARTNER: &str = "1900000010";
const SUB: &str = "1900000011";
const REFUNDS: &str = "v3/refund/domestic/refunds";

/// A world in which alice has paid an order `A00001` of 100 yuan at an ordinary merchant.
fn world() -> World {
    let mut world = testing::world();
    order(&mut world, json!({}));
    world
}

/// An order that is paid, like `A00001` but for some members; its simulator's id.
fn order(world: &mut World, other: Value) -> String {
    let id = world.ids.own("ord");
    let members = with(
        json!({
            "id": id, "version": "v3", "mchid": MERCHANT, "appid": "wx0000000000000001", "trade_type": "NATIVE",
            "out_trade_no": "A00001", "transaction_id": world.ids.transaction_id(), "state": "SUCCESS", "total": 10_000,
            "currency": "CNY", "description": "a book", "notify_url": "http://127.0.0.1:3000/pay",
            "created_at": NOW, "expires_at": NOW, "paid_at": NOW, "payer": "alice", "openid": "o1", "profit_sharing": false,
            "credentials": [], "attempts": [], "request": "{}",
        }),
        other,
    );
    world.orders.insert(serde_json::from_value(members).unwrap());
    money::pay(world, NOW, &id).unwrap();
    id
}

/// The body of a refund of the order, members replaced.
fn body(number: &str, refund: i64, other: Value) -> Value {
    with(
        json!({
            "out_trade_no": "A00001",
            "out_refund_no": number,
            "notify_url": "http://127.0.0.1:3000/refund",
            "amount": {"refund": refund, "total": 10_000, "currency": "CNY"},
        }),
        other,
    )
}

fn post(body: Value) -> Call {
    testing::call(MERCHANT, "POST", REFUNDS, body)
}

fn get(number: &str) -> Call {
    testing::call(MERCHANT, "GET", &format!("{REFUNDS}/{number}"), Value::Null)
}

fn fields(outcome: Outcome) -> Value {
    match outcome.expect("answered").content {
        Content::Fields(fields) => fields,
        other => panic!("expected members, not {other:?}"),
    }
}

/// Asks for a refund that is accepted.
fn refund(world: &mut World, number: &str, refund: i64) -> Value {
    fields(testing::calls(world, NOW, post(body(number, refund, json!({})))))
}

fn answer(outcome: Outcome) -> Answer {
    outcome.expect("answered")
}

/// Status, code and message of a refusal that changed nothing.
fn refused(world: &mut World, call: Call) -> (u16, String, String) {
    let before = serde_json::to_string(world).unwrap();
    let refusal = testing::calls(world, NOW, call).expect_err("refused");
    assert_eq!(serde_json::to_string(world).unwrap(), before, "a refused call has changed nothing");
    (refusal.status, refusal.code, refusal.message)
}

fn basic(world: &World) -> i64 {
    world.ledger.balance(&Account::Basic(MERCHANT.to_owned()))
}

fn wallet(world: &World) -> i64 {
    world.ledger.balance(&Account::Wallet("alice".to_owned()))
}

fn ends(world: &mut World, number: &str, status: &str) -> Value {
    let path = format!("refunds/{number}/result");
    testing::control(world, NOW, "POST", &path, json!({"status": status})).expect("ended")
}

/// Members with others put over them.
fn with(mut members: Value, other: Value) -> Value {
    if let Value::Object(other) = other {
        other.into_iter().for_each(|(name, value)| members[name] = value);
    }
    members
}
