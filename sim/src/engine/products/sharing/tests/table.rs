//! The rows of the table: orders, receivers, transactions.

use super::*;

#[test]
fn row_order_accepted_is_processing_with_pending_receivers_whose_money_left_what_is_frozen() {
    let mut world = world();
    assert_eq!(money(&world), [0, 9_940, 0]);
    let shown = share(&mut world, "S1", 1_000);
    assert_eq!((&shown["state"], &shown["out_order_no"]), (&json!("PROCESSING"), &json!("S1")));
    let receiver = &shown["receivers"][0];
    assert_eq!((&receiver["result"], &receiver["amount"]), (&json!("PENDING"), &json!(1_000)));
    for number in [&shown["order_id"], &receiver["detail_id"]] {
        let number = number.as_str().unwrap();
        assert!(number.len() == 28 && number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    }
    assert_eq!(money(&world), [0, 8_940, 0], "on its way it is nobody's");
    assert_eq!(unsplit(&mut world), 8_940);
    assert_eq!(order(&mut world), json!({"frozen": 8_940, "shared": 1_000, "unsplit": 8_940, "ended": false}));
    let ids = control(&mut world, "GET", "orders/A00001", Value::Null).unwrap()["refs"]["sharings"].clone();
    assert_eq!(ids, json!([world.sharings.iter().next().unwrap().id]));
}

#[test]
fn row_receiver_success_gets_the_money_and_the_order_is_finished() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    let shown = query(&mut world, "S1");
    let receiver = &shown["receivers"][0];
    assert_eq!((&shown["state"], &receiver["result"]), (&json!("FINISHED"), &json!("SUCCESS")));
    assert_eq!(receiver["finish_time"], DONE.to_string());
    assert_eq!(money(&world), [0, 8_940, 1_000]);
    assert_eq!(order(&mut world), json!({"frozen": 8_940, "shared": 1_000, "unsplit": 8_940, "ended": false}));
}

#[test]
fn row_receiver_closed_goes_back_to_frozen_and_the_order_is_finished_but_not_successful() {
    let mut world = world();
    share(&mut world, "S1", 1_000);
    let closed = json!({"result": "CLOSED", "fail_reason": "RECEIVER_HIGH_RISK"});
    control(&mut world, "POST", "sharings/S1/result", closed).unwrap();
    let shown = query(&mut world, "S1");
    assert_eq!((&shown["state"], &shown["receivers"][0]["result"]), (&json!("FINISHED"), &json!("CLOSED")));
    assert_eq!(shown["receivers"][0]["fail_reason"], "RECEIVER_HIGH_RISK");
    assert_eq!(money(&world), [0, 9_940, 0]);
    assert_eq!(unsplit(&mut world), 9_940);
    // What did not arrive may be shared again, up to the ratio.
    shared(&mut world, "S2", 3_000);
    assert_eq!(money(&world), [0, 6_940, 3_000]);
}

#[test]
fn row_order_with_unfreeze_unsplit_releases_the_rest_when_it_is_finished() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let receivers = json!([to(OTHER, 1_000), to(&openid, 500)]);
    let call = post(&world, "S1", receivers, json!({"unfreeze_unsplit": true}));
    ask(&mut world, READY, call);
    assert_eq!(money(&world), [0, 8_440, 0], "not before it is finished");
    assert_eq!(order(&mut world)["ended"], true, "but nothing more is shared");
    let call = post(&world, "S2", json!([to(OTHER, 1)]), json!({}));
    assert_eq!(refused(&mut world, call).2, "订单已完结分账，不支持分账");
    control(&mut world, "POST", "sharings/S1/result", json!({"account": OTHER, "result": "SUCCESS"})).unwrap();
    assert_eq!((query(&mut world, "S1")["state"].clone(), money(&world)), (json!("PROCESSING"), [0, 8_440, 1_000]));
    control(&mut world, "POST", "sharings/S1/result", json!({"account": openid, "result": "CLOSED"})).unwrap();
    assert_eq!((query(&mut world, "S1")["state"].clone(), money(&world)), (json!("FINISHED"), [8_940, 0, 1_000]));
    assert_eq!(unsplit(&mut world), 0);
    assert_eq!(order(&mut world), json!({"frozen": 0, "shared": 1_000, "unsplit": 0, "ended": true}));
}

#[test]
fn row_order_with_unfreeze_unsplit_alone_is_finished_at_once() {
    let mut world = world();
    let call = post(&world, "S1", json!([]), json!({"unfreeze_unsplit": true}));
    assert_eq!(ask(&mut world, READY, call)["state"], "FINISHED");
    assert_eq!(money(&world), [9_940, 0, 0]);
}

#[test]
fn a_personal_receivers_wallet_gets_the_money() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let has = |world: &World| world.ledger.balance(&Account::Wallet("bob".into()));
    let before = has(&world);
    let mut receiver = to(&openid, 700);
    receiver["name"] = "鲍勃".into();
    let call = post(&world, "S1", json!([receiver]), json!({}));
    ask(&mut world, READY, call);
    testing::until(&mut world, DONE);
    assert_eq!(has(&world) - before, 700);
}

#[test]
fn same_number_same_request_is_answered_as_it_is_and_moves_nothing_twice() {
    let mut world = world();
    let first = share(&mut world, "S1", 1_000);
    assert_eq!(share(&mut world, "S1", 1_000), first);
    testing::until(&mut world, DONE);
    assert_eq!(share(&mut world, "S1", 1_000)["receivers"][0]["result"], "SUCCESS");
    // Even when nothing could be shared any more.
    let rest = unfreeze(&world, "U1");
    ask(&mut world, READY, rest);
    assert_eq!(share(&mut world, "S1", 1_000)["state"], "FINISHED");
    assert_eq!(money(&world), [8_940, 0, 1_000]);
}

#[test]
fn the_settings_say_when_and_how_shares_end() {
    let mut world = world();
    world.settings.auto.sharing = None;
    share(&mut world, "S1", 100);
    testing::until(&mut world, NOW.plus_seconds(DAY));
    assert_eq!(query(&mut world, "S1")["state"], "PROCESSING");
    world.settings.auto.sharing =
        Some(crate::engine::settings::After { after_s: 5, result: Some("CLOSED".into()), ..Default::default() });
    share(&mut world, "S2", 100);
    testing::until(&mut world, NOW.plus_seconds(DAY));
    assert_eq!(query(&mut world, "S2")["receivers"][0]["fail_reason"], "ACCOUNT_ABNORMAL");
    assert_eq!(query(&mut world, "S2")["receivers"][0]["finish_time"], READY.plus_seconds(5).to_string());
}

#[test]
fn a_share_closes_by_itself_when_somebody_is_gone() {
    use crate::engine::merchants::Status;
    let reason = |change: fn(&mut World)| {
        let mut world = world();
        share(&mut world, "S1", 100);
        change(&mut world);
        testing::until(&mut world, DONE);
        let sharing = world.sharings.iter().next().unwrap();
        (sharing.shares[0].fail_reason.clone(), money(&world))
    };
    let gone = reason(|world| world.merchants.get_mut(OTHER).unwrap().status = Status::Closed);
    assert_eq!(gone, (Some("ACCOUNT_ABNORMAL".to_owned()), [0, 9_940, 0]));
    let payer = reason(|world| world.merchants.get_mut(MERCHANT).unwrap().status = Status::Closed);
    assert_eq!(payer.0.as_deref(), Some("PAYER_ACCOUNT_ABNORMAL"));
    let relation = reason(|world| {
        let body = json!({"appid": APPID, "type": "MERCHANT_ID", "account": OTHER});
        let call = testing::call(MERCHANT, "POST", "v3/profitsharing/receivers/delete", body);
        fields(testing::calls(world, READY, call));
    });
    assert_eq!(relation.0.as_deref(), Some("NO_RELATION"));
}
