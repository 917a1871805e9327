//! The end of an order's sharing: by request, by time, by refund, by reversal.

use super::*;

#[test]
fn row_unfreeze_with_a_new_number_releases_the_rest_and_ends_the_sharing() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    let call = unfreeze(&world, "U1");
    let shown = ask(&mut world, READY, call);
    assert_eq!((&shown["state"], &shown["out_order_no"]), (&json!("FINISHED"), &json!("U1")));
    assert_eq!(money(&world), [8_940, 0, 1_000]);
    assert_eq!(order(&mut world), json!({"frozen": 0, "shared": 1_000, "unsplit": 0, "ended": true}));
    assert_eq!(query(&mut world, "U1")["state"], "FINISHED");
    for call in [post(&world, "S2", json!([to(OTHER, 1)]), json!({})), unfreeze(&world, "U2")] {
        let why = refused(&mut world, call);
        assert_eq!((why.0, why.2.as_str()), (400, "订单已完结分账，不支持分账"));
    }
}

#[test]
fn row_unfreeze_with_an_old_number_is_200_and_nothing_happens() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    // The number of a sharing, and later that of an unfreezing.
    let call = unfreeze(&world, "S1");
    // The page has a reason of failure for every receiver, even for one that did not fail; there is none here.
    assert_eq!(fields(testing::calls(&mut world, READY, call))["receivers"][0]["amount"], 1_000);
    assert_eq!((money(&world), order(&mut world)["ended"].clone()), ([0, 8_940, 1_000], json!(false)));
    let call = unfreeze(&world, "U1");
    let first = ask(&mut world, READY, call.clone());
    assert_eq!(ask(&mut world, READY, call), first);
    assert_eq!(money(&world), [8_940, 0, 1_000]);
}

#[test]
fn a_share_that_fails_after_the_rest_was_released_is_released_too() {
    let mut world = world();
    share(&mut world, "S1", 1_000);
    let call = unfreeze(&world, "U1");
    ask(&mut world, READY, call);
    assert_eq!(money(&world), [8_940, 0, 0]);
    control(&mut world, "POST", "sharings/S1/result", json!({"result": "CLOSED"})).unwrap();
    assert_eq!(money(&world), [9_940, 0, 0]);
    assert_eq!(unsplit(&mut world), 0);
}

#[test]
fn the_rest_waits_for_the_request_that_is_to_release_it() {
    let mut world = world();
    share(&mut world, "S1", 1_000);
    let call = post(&world, "S2", json!([to(OTHER, 500)]), json!({"unfreeze_unsplit": true}));
    ask(&mut world, READY, call);
    control(&mut world, "POST", "sharings/S1/result", json!({"result": "SUCCESS"})).unwrap();
    assert_eq!(money(&world), [0, 8_440, 1_000], "S2 is still on its way");
    control(&mut world, "POST", "sharings/S2/result", json!({"result": "SUCCESS"})).unwrap();
    assert_eq!(money(&world), [8_440, 0, 1_500]);
}

#[test]
fn row_30_days_after_the_payment_the_rest_is_released_by_itself() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    testing::until(&mut world, NOW.plus_seconds(30 * DAY - 1));
    assert_eq!(money(&world), [0, 8_940, 1_000]);
    testing::until(&mut world, NOW.plus_seconds(30 * DAY));
    assert_eq!((money(&world), order(&mut world)["ended"].clone()), ([8_940, 0, 1_000], json!(true)));
    let call = post(&world, "S2", json!([to(OTHER, 1)]), json!({}));
    assert_eq!(refused_at(&mut world, NOW.plus_seconds(30 * DAY), call).2, "订单已完结分账，不支持分账");
}

#[test]
fn what_has_ended_does_not_wait_for_30_days() {
    let mut world = world();
    let waits = |world: &World| world.queue.iter().filter(|(_, due)| due.parts().0 == "release").count();
    assert_eq!(waits(&world), 1);
    let call = unfreeze(&world, "U1");
    ask(&mut world, READY, call);
    assert_eq!(waits(&world), 0);
    let moved = world.ledger.postings().len();
    testing::until(&mut world, NOW.plus_seconds(40 * DAY));
    assert_eq!(world.ledger.postings().len(), moved);
}

#[test]
fn row_a_full_refund_ends_the_sharing() {
    let mut world = world();
    refund(&mut world, READY, "R1", 6_000).unwrap();
    testing::until(&mut world, READY.plus_seconds(3));
    assert_eq!(order(&mut world)["ended"], false, "a part of it does not");
    refund(&mut world, READY, "R2", 4_000).unwrap();
    assert_eq!(order(&mut world)["ended"], false, "nor what is on its way");
    testing::until(&mut world, READY.plus_seconds(6));
    assert_eq!((order(&mut world)["ended"].clone(), money(&world)), (json!(true), [0, 0, 0]));
}

#[test]
fn a_full_refund_of_a_shared_order_is_paid_by_what_is_available_and_releases_the_rest() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    let why = refund(&mut world, READY, "R1", 10_000).unwrap_err();
    assert_eq!(
        (why.status, why.code.as_str()),
        (403, "NOT_ENOUGH"),
        "neither what is frozen nor what is available is enough"
    );
    control(&mut world, "POST", &format!("merchants/{MERCHANT}/balance"), json!({"account": "BASIC", "amount": 9_940}))
        .unwrap();
    refund(&mut world, READY, "R1", 10_000).unwrap();
    assert_eq!(money(&world), [0, 8_940, 1_000]);
    testing::until(&mut world, READY.plus_seconds(5));
    assert_eq!((money(&world), unsplit(&mut world)), ([8_940, 0, 1_000], 0));
}

#[test]
fn a_refund_takes_what_is_frozen_first_and_gives_it_back_there() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    let shown = fields(refund(&mut world, READY, "R1", 5_000));
    assert_eq!(shown["funds_account"], "UNAVAILABLE");
    assert_eq!((money(&world), unsplit(&mut world)), ([0, 3_970, 1_000], 3_970));
    control(&mut world, "POST", "refunds/R1/result", json!({"status": "CLOSED"})).unwrap();
    assert_eq!(money(&world), [0, 8_940, 1_000]);
}

#[test]
fn a_refund_that_is_closed_after_the_end_does_not_freeze_again() {
    let mut world = world();
    refund(&mut world, READY, "R1", 5_000).unwrap();
    let call = unfreeze(&world, "U1");
    ask(&mut world, READY, call);
    assert_eq!(money(&world), [4_970, 0, 0]);
    control(&mut world, "POST", "refunds/R1/result", json!({"status": "CLOSED"})).unwrap();
    assert_eq!(money(&world), [9_940, 0, 0]);
}

#[test]
fn a_code_that_is_reversed_is_not_shared_any_more() {
    let mut world = testing::world();
    add(&mut world, OTHER);
    let body = json!({
        "appid": APPID, "mchid": MERCHANT, "description": "a book", "out_trade_no": "A00001",
        "payer": {"auth_code": "130000000000000001"}, "amount": {"total": 10_000, "currency": "CNY"},
        "scene_info": {"store_info": {"id": "1"}}, "settle_info": {"profit_sharing": true},
    });
    fields(testing::calls(&mut world, NOW, testing::call(MERCHANT, "POST", "v3/pay/transactions/codepay", body)));
    assert_eq!(money(&world), [0, 9_940, 0]);
    let path = "v3/pay/transactions/out-trade-no/A00001/reverse";
    let body = json!({"appid": APPID, "mchid": MERCHANT});
    testing::calls(&mut world, NOW, testing::call(MERCHANT, "POST", path, body)).unwrap();
    assert_eq!(order(&mut world)["ended"], true);
    let call = post(&world, "S1", json!([to(OTHER, 1)]), json!({}));
    assert_eq!(refused(&mut world, call).2, "订单已完结分账，不支持分账");
}

#[test]
fn an_order_that_is_not_for_sharing_is_free_at_once_and_never_released() {
    let mut world = testing::world();
    let body = json!({
        "appid": APPID, "mchid": MERCHANT, "description": "a book", "out_trade_no": "A00001",
        "notify_url": "http://8.8.8.8/paid", "amount": {"total": 10_000, "currency": "CNY"},
    });
    fields(testing::calls(&mut world, NOW, testing::call(MERCHANT, "POST", "v3/pay/transactions/native", body)));
    control(&mut world, "POST", "orders/A00001/pay", json!({})).unwrap();
    assert_eq!((money(&world), order(&mut world)["ended"].clone()), ([9_940, 0, 0], json!(false)));
    assert!(world.queue.iter().all(|(_, due)| due.parts().0 != "release"));
    refund(&mut world, NOW, "R1", 10_000).unwrap();
    testing::until(&mut world, NOW.plus_seconds(3));
    assert_eq!(order(&mut world)["ended"], false);
}

#[test]
fn ten_thousand_orders_are_released_by_one_advance() {
    let mut world = testing::world();
    for number in 0..10_000 {
        paid(&mut world, &format!("A{number:05}"), 100);
    }
    testing::until(&mut world, NOW.plus_seconds(30 * DAY));
    assert!(world.orders.iter().all(|order| order.sharing_ended.is_some()));
    assert_eq!(money(&world), [990_000, 0, 0]);
}
