//! What the tests do: place, pay, ask for and close orders of the first merchant.

use serde_json::{Value, json};

use crate::engine::answer::{Content, Outcome};
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::time::Time;
use crate::engine::world::World;

pub(super) const M: &str = "1900000001";

pub(super) fn order(number: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
    })
}

pub(super) fn native(world: &mut World, now: Time, body: Value) -> Outcome {
    calls(world, now, call(M, "POST", "v3/pay/transactions/native", body))
}

pub(super) fn fields(outcome: Outcome) -> Value {
    match outcome.unwrap().content {
        Content::Fields(value) => value,
        other => panic!("{other:?}"),
    }
}

/// Status, code and internal code of a refusal.
pub(super) fn refusal(outcome: Outcome) -> (u16, String, u32) {
    let refusal = outcome.unwrap_err();
    (refusal.status, refusal.code, refusal.internal)
}

pub(super) fn query(world: &mut World, now: Time, number: &str) -> Outcome {
    calls(world, now, call(M, "GET", &format!("v3/pay/transactions/out-trade-no/{number}?mchid={M}"), Value::Null))
}

pub(super) fn close(world: &mut World, now: Time, number: &str) -> Outcome {
    let path = format!("v3/pay/transactions/out-trade-no/{number}/close");
    calls(world, now, call(M, "POST", &path, json!({"mchid": M})))
}

pub(super) fn pay(world: &mut World, now: Time, number: &str, body: Value) -> Value {
    control(world, now, "POST", &format!("orders/{number}/pay"), body).unwrap()
}

pub(super) fn refused(world: &mut World, now: Time, number: &str, body: Value) -> (&'static str, String) {
    let error = control(world, now, "POST", &format!("orders/{number}/pay"), body).unwrap_err();
    (error.code, error.message)
}

pub(super) fn placed(number: &str) -> World {
    let mut world = world();
    native(&mut world, NOW, order(number)).unwrap();
    world
}

pub(super) fn openid(world: &World, payer: &str) -> String {
    crate::engine::openids::openid("wx0000000000000001", &world.payers[payer])
}
