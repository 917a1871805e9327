//! Closing a combined order in each state, and by each set of sub-orders.

use serde_json::json;

use super::acts::{APP, M, M2, P, S1, S2, close, native, paid, partners, placed, refusal, states};
use crate::engine::testing::{NOW, call, calls, world};

const ALL: [(&str, &str); 2] = [(M, "C-00001-1"), (M2, "C-00001-2")];

#[test]
fn notpay_is_closed_with_all_sub_orders_and_closed_stays() {
    let mut world = placed("C-00001");
    for _ in 0..2 {
        assert_eq!(close(&mut world, NOW, "C-00001", &[ALL[1], ALL[0]]).unwrap().status, 204);
        assert_eq!(states(&mut world, NOW, "C-00001"), ["CLOSED"; 3]);
    }
    assert_eq!(world.notices.iter().count(), 0);
    assert_eq!(world.queue.iter().count(), 0);
}

#[test]
fn a_paid_one_is_not_closed() {
    let mut world = paid("C-00001");
    assert_eq!(refusal(close(&mut world, NOW, "C-00001", &ALL)), (400, "ORDER_PAID".to_owned(), 268_449_538));
    assert_eq!(states(&mut world, NOW, "C-00001"), ["SUCCESS"; 3]);
}

#[test]
fn an_unknown_one_is_burnt_or_unknown_by_rule() {
    let mut world = world();
    world.rules.set("close.unknown", Some(404.into()));
    assert_eq!(refusal(close(&mut world, NOW, "C-00001", &ALL)).0, 404);
    world.rules.set("close.unknown", Some(json!({"status": 500, "code": "X"})));
    assert_eq!(refusal(close(&mut world, NOW, "C-00001", &ALL)).0, 500);
    assert!(world.burnt_combined.is_empty());
    world.rules.set("close.unknown", None);
    assert_eq!(close(&mut world, NOW, "C-00001", &ALL).unwrap().status, 204);
}

#[test]
fn exactly_the_sub_orders_that_there_are_must_be_named() {
    let mut world = placed("C-00001");
    for wrong in [
        &[][..],
        &[ALL[0]],
        &[ALL[0], ALL[0]],
        &[ALL[0], ALL[1], ALL[1]],
        &[ALL[0], (M, "C-00001-2")],
        &[ALL[0], (M2, "C-00001-3")],
    ] {
        assert_eq!(
            refusal(close(&mut world, NOW, "C-00001", wrong)),
            (400, "INVALID_REQUEST".to_owned(), 0),
            "{wrong:?}"
        );
    }
    let body = json!({
        "combine_appid": "wx0000000000000002",
        "sub_orders": ALL.map(|(mchid, number)| json!({"mchid": mchid, "out_trade_no": number})),
    });
    let path = "v3/combine-transactions/out-trade-no/C-00001/close";
    assert_eq!(refusal(calls(&mut world, NOW, call(M, "POST", path, body))).1, "INVALID_REQUEST");
    assert_eq!(states(&mut world, NOW, "C-00001"), ["NOTPAY"; 3]);
    world.rules.set("combine.close_set", Some(json!({"status": 500, "code": "SYSTEM_ERROR"})));
    assert_eq!(refusal(close(&mut world, NOW, "C-00001", &[ALL[0]])).0, 500);
    world.rules.set("combine.close_set", None);
    assert_eq!(refusal(close(&mut world, NOW, "C-00001", &[ALL[0]])).0, 400);
}

#[test]
fn a_partners_sub_merchants_are_those_of_the_order() {
    let mut world = world();
    native(&mut world, NOW, partners("C-00001")).unwrap();
    let mut ask = |owners: [&str; 2]| {
        let sub =
            |at: usize| json!({"mchid": P, "out_trade_no": format!("C-00001-{}", at + 1), "sub_mchid": owners[at]});
        let body = json!({"combine_appid": APP, "sub_orders": [sub(0), sub(1)]});
        calls(&mut world, NOW, call(P, "POST", "v3/combine-transactions/out-trade-no/C-00001/close", body))
    };
    assert_eq!(refusal(ask([S2, S1])).1, "INVALID_REQUEST");
    assert_eq!(ask([S1, S2]).unwrap().status, 204);
}

#[test]
fn another_merchants_order_is_none_of_this_ones() {
    let mut world = placed("C-00001");
    let subs = ALL.map(|(mchid, number)| json!({"mchid": mchid, "out_trade_no": number}));
    let body = json!({"combine_appid": APP, "sub_orders": subs});
    let path = "v3/combine-transactions/out-trade-no/C-00001/close";
    calls(&mut world, NOW, call(M2, "POST", path, body)).unwrap();
    assert_eq!(states(&mut world, NOW, "C-00001"), ["NOTPAY"; 3]);
}
