//! Returns: the rows of the table and what is refused.

use super::*;

fn back(world: &mut World, number: &str, amount: i64) -> Value {
    ask(world, DONE, give_back("S1", number, amount, json!({})))
}

fn query(world: &mut World, number: &str) -> Value {
    let path = format!("{RETURNS}/{number}?out_order_no=S1");
    ask(world, DONE, testing::call(MERCHANT, "GET", &path, Value::Null))
}

/// A world in which the other merchant has received 2,000 fen.
fn world() -> World {
    let mut world = super::world();
    shared(&mut world, "S1", 2_000);
    world
}

#[test]
fn row_return_succeeds_at_once_into_what_is_available_and_cannot_be_shared_again() {
    let mut world = world();
    let shown = back(&mut world, "B1", 500);
    assert_eq!((&shown["result"], &shown["amount"]), (&json!("SUCCESS"), &json!(500)));
    assert_eq!((&shown["return_mchid"], &shown["out_order_no"]), (&json!(OTHER), &json!("S1")));
    let number = shown["return_id"].as_str().unwrap();
    assert!(number.len() == 28 && number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    assert_eq!(money(&world), [500, 7_940, 1_500]);
    assert_eq!(query(&mut world, "B1"), shown);
    let call = post(&world, "S2", json!([to(OTHER, 1_001)]), json!({}));
    assert_eq!(refused(&mut world, call).0, 400, "what came back counts as shared");
}

#[test]
fn row_return_fails_at_once_with_a_reason() {
    let mut world = world();
    control(&mut world, "POST", &format!("merchants/{OTHER}/balance"), json!({"account": "BASIC", "amount": -1_600}))
        .unwrap();
    let shown = back(&mut world, "B1", 500);
    assert_eq!((&shown["result"], &shown["fail_reason"]), (&json!("FAILED"), &json!("BALANCE_NOT_ENOUGH")));
    assert_eq!(money(&world), [0, 7_940, 400]);
    // A failed one does not count.
    let call = give_back("S1", "B2", 2_000, json!({}));
    assert_eq!(ask(&mut world, DONE, call)["result"], "FAILED");
    assert_eq!(back(&mut world, "B3", 400)["result"], "SUCCESS");
    world.settings.auto.returned.as_mut().unwrap().result = Some("FAILED".to_owned());
    assert_eq!(back(&mut world, "B4", 1)["fail_reason"], "ACCOUNT_ABNORMAL");
}

#[test]
fn a_return_fails_when_somebody_is_gone() {
    use crate::engine::merchants::Status;
    let mut world = world();
    world.merchants.get_mut(OTHER).unwrap().status = Status::Closed;
    assert_eq!(back(&mut world, "B1", 500)["fail_reason"], "ACCOUNT_ABNORMAL");
    assert_eq!(money(&world), [0, 7_940, 2_000]);
}

#[test]
fn row_return_is_processing_by_control_only() {
    let mut world = world();
    world.settings.auto.returned = None;
    assert_eq!(back(&mut world, "B1", 500)["result"], "PROCESSING");
    testing::until(&mut world, NOW.plus_seconds(DAY));
    assert_eq!((query(&mut world, "B1")["result"].clone(), money(&world)), (json!("PROCESSING"), [0, 7_940, 2_000]));
    // It counts while it is on its way.
    let call = give_back("S1", "B2", 1_501, json!({}));
    assert_eq!(refused_at(&mut world, DONE, call).0, 400);
    let failed = json!({"result": "FAILED", "fail_reason": "TIME_OUT_CLOSED"});
    control(&mut world, "POST", "returns/B1/result", failed).unwrap();
    assert_eq!(query(&mut world, "B1")["fail_reason"], "TIME_OUT_CLOSED");
    back(&mut world, "B3", 2_000);
    let done = control(&mut world, "POST", "returns/B3/result", json!({"result": "SUCCESS"})).unwrap();
    assert_eq!((&done["result"], money(&world)), (&json!("SUCCESS"), [2_000, 7_940, 0]));
}

#[test]
fn the_settings_may_say_later() {
    let mut world = world();
    world.settings.auto.returned.as_mut().unwrap().after_s = 5;
    assert_eq!(back(&mut world, "B1", 500)["result"], "PROCESSING");
    testing::until(&mut world, DONE.plus_seconds(5));
    assert_eq!(query(&mut world, "B1")["finish_time"], DONE.plus_seconds(5).to_string());
    assert_eq!(money(&world), [500, 7_940, 1_500]);
}

#[test]
fn same_number_same_request_is_answered_as_it_is_and_moves_nothing_twice() {
    let mut world = world();
    let first = back(&mut world, "B1", 500);
    assert_eq!(back(&mut world, "B1", 500), first);
    assert_eq!(money(&world), [500, 7_940, 1_500]);
    let why = refused_at(&mut world, DONE, give_back("S1", "B1", 501, json!({})));
    assert_eq!((why.0, why.1.as_str(), why.2.as_str()), (400, "INVALID_REQUEST", "回退参数与原请求不一致"));
}

#[test]
fn no_more_comes_back_than_was_received() {
    let mut world = world();
    let too_much = |world: &mut World, amount| refused_at(world, DONE, give_back("S1", "B9", amount, json!({}))).2;
    assert_eq!(too_much(&mut world, 2_001), "累计回退金额大于分账金额");
    back(&mut world, "B1", 1_200);
    assert_eq!(too_much(&mut world, 801), "累计回退金额大于分账金额");
    back(&mut world, "B2", 800);
    assert_eq!(too_much(&mut world, 1), "累计回退金额大于分账金额");
    assert_eq!(money(&world), [2_000, 7_940, 0]);
}

#[test]
fn the_sharing_is_found_by_either_number() {
    let mut world = world();
    let order_id = world.sharings.iter().next().unwrap().order_id.clone();
    let with = |other: Value, remove: bool| {
        let mut call = give_back("S1", "B1", 1, other);
        if remove {
            call.body.as_object_mut().unwrap().remove("out_order_no");
        }
        call
    };
    let mut other = world.clone();
    ask(&mut other, DONE, with(json!({"order_id": order_id}), true));
    ask(&mut world, DONE, with(json!({"order_id": order_id}), false));
    let mut world = self::world();
    assert_eq!(refused_at(&mut world, DONE, with(json!({}), true)).1, "PARAM_ERROR");
    for call in [with(json!({"order_id": "1"}), false), with(json!({"out_order_no": "S9"}), false)] {
        assert_eq!(refused_at(&mut world, DONE, call).0, 404);
    }
    let mut foreign = give_back("S1", "B1", 1, json!({}));
    OTHER.clone_into(&mut foreign.mchid);
    assert_eq!(refused_at(&mut world, DONE, foreign).0, 404);
    for path in [format!("{RETURNS}/B9?out_order_no=S1"), format!("{RETURNS}/B9")] {
        let why = refused_at(&mut world, DONE, testing::call(MERCHANT, "GET", &path, Value::Null));
        assert_eq!((why.0, why.1.as_str()), (404, "RESOURCE_NOT_EXISTS"));
    }
}

#[test]
fn who_gives_back_must_be_a_merchant_who_received_and_allows_it() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let call = post(&world, "S2", json!([to(&openid, 100)]), json!({}));
    ask(&mut world, READY, call);
    testing::until(&mut world, DONE);
    for (order, who) in [("S1", PARTNER), ("S1", MERCHANT), ("S2", openid.as_str())] {
        let why = refused_at(&mut world, DONE, give_back(order, "B1", 1, json!({"return_mchid": who})));
        assert_eq!((why.0, why.2.as_str()), (400, "回退方没有收到该笔分账"), "{who}");
    }
    assert_eq!(refused_at(&mut world, DONE, give_back("S1", "B1", 0, json!({}))).1, "PARAM_ERROR");
    world.merchants.get_mut(OTHER).unwrap().allow_return = false;
    let why = refused_at(&mut world, DONE, give_back("S1", "B1", 1, json!({})));
    assert_eq!((why.0, why.2.as_str()), (400, "回退方未开启分账回退"));
}

#[test]
fn what_has_not_arrived_is_not_given_back() {
    let mut world = super::world();
    share(&mut world, "S1", 100);
    assert_eq!(refused_at(&mut world, READY, give_back("S1", "B1", 1, json!({}))).2, "回退方没有收到该笔分账");
}

#[test]
fn within_180_days_and_50_times() {
    let mut world = world();
    let last = DONE.plus_seconds(180 * DAY);
    let call = give_back("S1", "B0", 1, json!({}));
    assert_eq!(refused_at(&mut world, last.plus_seconds(1), call).2, "分账已超过可回退期限");
    for number in 0..50 {
        let call = give_back("S1", &format!("B{number}"), 1, json!({}));
        assert_eq!(ask(&mut world, last, call)["result"], "SUCCESS");
    }
    assert_eq!(refused_at(&mut world, last, give_back("S1", "B50", 1, json!({}))).2, "分账回退次数超过限制");
}
