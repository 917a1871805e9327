//! What the tests do: a paid order, a complaint about it, and what a merchant asks and says.

use serde_json::{Value, json};

use crate::engine::answer::{Content, Outcome};
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::time::Time;
use crate::engine::world::World;

pub(super) const M: &str = "1900000001";
pub(super) const P: &str = "1900000010";
pub(super) const S1: &str = "1900000011";
pub(super) const LIST: &str = "v3/merchant-service/complaints-v2";

/// A world in which the first merchant is told of complaints and has a paid order.
pub(super) fn paid(number: &str) -> World {
    let mut world = world();
    let set = json!({"url": "http://127.0.0.1:9/complaints"});
    calls(&mut world, NOW, call(M, "POST", "v3/merchant-service/complaint-notifications", set)).unwrap();
    place(&mut world, number);
    world
}

/// Another order, paid by alice.
pub(super) fn place(world: &mut World, number: &str) {
    let body = json!({
        "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": number,
        "notify_url": "", "amount": {"total": 100, "currency": "CNY"},
    });
    calls(world, NOW, call(M, "POST", "v3/pay/transactions/native", body)).unwrap();
    control(world, NOW, "POST", &format!("orders/{number}/pay"), json!({})).unwrap();
}

/// An order of the partner's for its sub-merchant.
pub(super) fn place_partners(world: &mut World, number: &str) {
    let body = json!({
        "sp_appid": "wx0000000000000001", "sp_mchid": P, "sub_mchid": S1, "description": "a book", "out_trade_no": number,
        "notify_url": "", "amount": {"total": 100, "currency": "CNY"},
    });
    calls(world, NOW, call(P, "POST", "v3/pay/partner/transactions/native", body)).unwrap();
    control(world, NOW, "POST", &format!("orders/{number}/pay"), json!({})).unwrap();
}

/// A payer complains; gives WeChat Pay's number.
pub(super) fn complain(world: &mut World, now: Time, body: Value) -> String {
    let made = control(world, now, "POST", "complaints", body).unwrap();
    made["complaint_id"].as_str().unwrap().to_owned()
}

/// A world with an order and a complaint about it.
pub(super) fn complained() -> (World, String) {
    let mut world = paid("A-00001");
    let id = complain(&mut world, NOW, json!({"order": "A-00001", "text": "wet"}));
    (world, id)
}

pub(super) fn get(world: &mut World, mchid: &str, path: &str) -> Outcome {
    calls(world, NOW, call(mchid, "GET", path, Value::Null))
}

pub(super) fn one(world: &mut World, id: &str) -> Value {
    fields(get(world, M, &format!("{LIST}/{id}")))
}

pub(super) fn history(world: &mut World, id: &str) -> Value {
    fields(get(world, M, &format!("{LIST}/{id}/negotiation-historys")))
}

/// The merchant answers, or finishes.
pub(super) fn post(world: &mut World, id: &str, what: &str, more: Value) -> Outcome {
    let mut body = json!({"complainted_mchid": M});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    calls(world, NOW, call(M, "POST", &format!("{LIST}/{id}/{what}"), body))
}

pub(super) fn respond(world: &mut World, id: &str) -> Outcome {
    post(world, id, "response", json!({"response_content": "a dry one is on its way"}))
}

pub(super) fn complete(world: &mut World, id: &str) -> Outcome {
    post(world, id, "complete", json!({}))
}

pub(super) fn fields(outcome: Outcome) -> Value {
    match outcome.unwrap().content {
        Content::Fields(value) => value,
        other => panic!("{other:?}"),
    }
}

/// Status and code of a refusal.
pub(super) fn refusal(outcome: Outcome) -> (u16, String) {
    let refusal = outcome.unwrap_err();
    (refusal.status, refusal.code)
}

/// What was told: event, action, merchant.
pub(super) fn told(world: &World) -> Vec<(String, String, String)> {
    let action = |text: &str| serde_json::from_str::<Value>(text).unwrap()["action_type"].as_str().unwrap().to_owned();
    let notices = world.notices.iter().filter(|notice| notice.original_type == "complaint");
    notices
        .map(|notice| (notice.event_type.to_string(), action(&notice.resource.text()), notice.mchid.to_string()))
        .collect()
}
