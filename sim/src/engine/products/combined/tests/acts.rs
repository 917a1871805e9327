//! What the tests do: place, pay, ask for and close combined orders of two merchants.

use serde_json::{Value, json};

use crate::engine::answer::{Content, Outcome};
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::time::Time;
use crate::engine::world::World;

/// Who combines, and whose the second sub-order is; a partner and its sub-merchants.
pub(super) const M: &str = "1900000001";
pub(super) const M2: &str = "1900000002";
pub(super) const P: &str = "1900000010";
pub(super) const S1: &str = "1900000011";
pub(super) const S2: &str = "1900000012";
pub(super) const APP: &str = "wx0000000000000001";

pub(super) fn sub(mchid: &str, number: &str, total: i64) -> Value {
    json!({
        "mchid": mchid, "out_trade_no": number, "attach": format!("for {number}"), "description": format!("book {number}"),
        "amount": {"total_amount": total, "currency": "CNY"},
    })
}

/// A combined order of 1.00 and 2.00 yuan.
pub(super) fn order(number: &str) -> Value {
    let subs = [sub(M, &format!("{number}-1"), 100), sub(M2, &format!("{number}-2"), 200)];
    json!({
        "combine_appid": APP, "combine_mchid": M, "combine_out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "sub_orders": subs,
    })
}

/// A partner's, for two of its sub-merchants.
pub(super) fn partners(number: &str) -> Value {
    let mut order = order(number);
    order["combine_mchid"] = P.into();
    for (at, owner) in [S1, S2].into_iter().enumerate() {
        order["sub_orders"][at]["mchid"] = P.into();
        order["sub_orders"][at]["sub_mchid"] = owner.into();
    }
    order
}

pub(super) fn post(world: &mut World, now: Time, kind: &str, body: Value) -> Outcome {
    let mchid = body["combine_mchid"].as_str().unwrap().to_owned();
    calls(world, now, call(&mchid, "POST", &format!("v3/combine-transactions/{kind}"), body))
}

pub(super) fn native(world: &mut World, now: Time, body: Value) -> Outcome {
    post(world, now, "native", body)
}

pub(super) fn placed(number: &str) -> World {
    let mut world = world();
    native(&mut world, NOW, order(number)).unwrap();
    world
}

/// One that is placed and paid by alice.
pub(super) fn paid(number: &str) -> World {
    let mut world = placed(number);
    pay(&mut world, NOW, number, json!({}));
    world
}

pub(super) fn pay(world: &mut World, now: Time, number: &str, body: Value) -> Value {
    control(world, now, "POST", &format!("orders/{number}/pay"), body).unwrap()
}

pub(super) fn query(world: &mut World, now: Time, mchid: &str, number: &str) -> Outcome {
    calls(world, now, call(mchid, "GET", &format!("v3/combine-transactions/out-trade-no/{number}"), Value::Null))
}

/// Closes an order by naming these sub-orders: merchants and numbers.
pub(super) fn close(world: &mut World, now: Time, number: &str, subs: &[(&str, &str)]) -> Outcome {
    let subs: Vec<_> = subs.iter().map(|(mchid, number)| json!({"mchid": mchid, "out_trade_no": number})).collect();
    let path = format!("v3/combine-transactions/out-trade-no/{number}/close");
    calls(world, now, call(M, "POST", &path, json!({"combine_appid": APP, "sub_orders": subs})))
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

/// The states of a combined order and of its sub-orders.
pub(super) fn states(world: &mut World, now: Time, number: &str) -> Vec<String> {
    let shown = control(world, now, "GET", &format!("orders/{number}"), Value::Null).unwrap();
    let subs = shown["sub_orders"].as_array().unwrap();
    std::iter::once(&shown).chain(subs).map(|order| order["state"].as_str().unwrap().to_owned()).collect()
}

pub(super) fn openid(world: &World, appid: &str, payer: &str) -> String {
    crate::engine::openids::openid(appid, &world.payers[payer])
}

/// A sub-order by its merchant and number.
pub(super) fn transaction_id(world: &World, mchid: &str, number: &str) -> String {
    world.orders.by_number(mchid, number).unwrap().transaction_id.clone().unwrap().into()
}
