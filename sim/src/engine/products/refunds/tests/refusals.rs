//! What is refused, and in which words.

use super::*;

fn code(world: &mut World, call: Call) -> (u16, String) {
    let (status, code, _) = refused(world, call);
    (status, code)
}

#[test]
fn an_unknown_or_unpaid_order_is_not_there() {
    let mut world = world();
    let gone = (404, "RESOURCE_NOT_EXISTS".to_owned());
    assert_eq!(code(&mut world, post(body("R1", 1, json!({"out_trade_no": "A99999"})))), gone);
    for state in ["NOTPAY", "CLOSED", "REVOKED", "PAYERROR"] {
        let id = world.orders.by_number(MERCHANT, "A00001").unwrap().id.clone();
        let state = serde_json::from_value(json!(state)).unwrap();
        world.orders.update(&id, |order| order.state = state);
        assert_eq!(code(&mut world, post(body("R1", 1, json!({})))), gone);
    }
}

#[test]
fn another_merchants_order_is_not_there() {
    let mut world = world();
    let transaction = world.orders.by_number(MERCHANT, "A00001").unwrap().transaction_id.clone();
    let mut by_transaction = body("R1", 1, json!({"transaction_id": transaction}));
    by_transaction.as_object_mut().unwrap().remove("out_trade_no");
    let call = testing::call("1900000002", "POST", REFUNDS, by_transaction.clone());
    assert_eq!(code(&mut world, call).0, 404);
    assert_eq!(fields(testing::calls(&mut world, NOW, post(by_transaction)))["status"], "PROCESSING");
}

#[test]
fn two_numbers_must_name_the_same_order() {
    let mut world = world();
    order(&mut world, json!({"out_trade_no": "A00002"}));
    let transaction = world.orders.by_number(MERCHANT, "A00001").unwrap().transaction_id.clone();
    let both = |number: &str| body("R1", 1, json!({"transaction_id": transaction, "out_trade_no": number}));
    assert_eq!(code(&mut world, post(both("A00002"))).0, 404);
    assert_eq!(fields(testing::calls(&mut world, NOW, post(both("A00001"))))["status"], "PROCESSING");
}

#[test]
fn another_total_than_the_orders_is_refused() {
    let other = json!({"amount": {"refund": 1, "total": 9_999, "currency": "CNY"}});
    let (status, code, message) = refused(&mut world(), post(body("R1", 1, other)));
    assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"));
    assert!(message.starts_with("订单金额或退款金额"));
}

#[test]
fn all_refunds_together_are_no_more_than_the_order_and_closed_ones_do_not_count() {
    let mut world = world();
    assert_eq!(code(&mut world, post(body("R0", 10_001, json!({})))), (400, "INVALID_REQUEST".into()));
    refund(&mut world, "R1", 6_000);
    for more in [4_001, i64::MAX] {
        assert_eq!(code(&mut world, post(body("R2", more, json!({})))), (400, "INVALID_REQUEST".into()));
    }
    ends(&mut world, "R1", "CLOSED");
    refund(&mut world, "R3", 10_000);
}

#[test]
fn the_51st_refund_of_an_order_is_refused() {
    let mut world = world();
    for number in 1..=50 {
        refund(&mut world, &format!("R{number}"), 1);
    }
    assert_eq!(code(&mut world, post(body("R51", 1, json!({})))), (400, "INVALID_REQUEST".into()));
    ends(&mut world, "R7", "CLOSED");
    refund(&mut world, "R51", 1);
}

#[test]
fn the_number_of_refunds_is_a_rule() {
    let mut world = world();
    world.rules.set("refund.count", Some(1.into()));
    refund(&mut world, "R1", 1);
    assert_eq!(code(&mut world, post(body("R2", 1, json!({})))).0, 400);
    world.rules.set("refund.count", None);
    refund(&mut world, "R2", 1);
}

#[test]
fn a_second_one_within_a_minute_is_warned_of_or_refused_by_rule() {
    let mut world = world();
    assert_eq!(answer(testing::calls(&mut world, NOW, post(body("R1", 1, json!({}))))).warnings, []);
    let warned = answer(testing::calls(&mut world, NOW.plus_seconds(59), post(body("R2", 1, json!({})))));
    assert_eq!(warned.warnings.first().map(|warning| warning.id.as_str()), Some("refund.gap"));
    let later = NOW.plus_seconds(59 + 60);
    assert_eq!(answer(testing::calls(&mut world, later, post(body("R3", 1, json!({}))))).warnings, []);
    world.rules.set("refund.gap", Some(json!({"status": 429, "code": "FREQUENCY_LIMITED", "message": "slower"})));
    let refusal = testing::calls(&mut world, later, post(body("R4", 1, json!({})))).unwrap_err();
    assert_eq!((refusal.status, refusal.code.as_str()), (429, "FREQUENCY_LIMITED"));
}

#[test]
fn after_365_days_it_is_too_late() {
    let mut world = world();
    let year = NOW.plus_seconds(365 * 86_400);
    let late = testing::calls(&mut world, year.plus_seconds(1), post(body("R1", 1, json!({})))).unwrap_err();
    assert_eq!(
        (late.status, late.code.as_str(), late.message.as_str()),
        (400, "INVALID_REQUEST", "订单已超过可退款期限")
    );
    assert!(testing::calls(&mut world, year, post(body("R1", 1, json!({})))).is_ok());
    // The same again stays the same, however late.
    assert!(testing::calls(&mut world, year.plus_seconds(1), post(body("R1", 1, json!({})))).is_ok());
}

#[test]
fn without_funds_nothing_is_stored_and_the_number_may_be_used_again() {
    let mut world = world();
    let take = json!({"account": "BASIC", "amount": -9_940});
    testing::control(&mut world, NOW, "POST", "merchants/1900000001/balance", take).unwrap();
    assert_eq!(code(&mut world, post(body("R1", 5_000, json!({})))), (403, "NOT_ENOUGH".into()));
    let give = json!({"account": "BASIC", "amount": 4_970});
    testing::control(&mut world, NOW, "POST", "merchants/1900000001/balance", give).unwrap();
    refund(&mut world, "R1", 5_000);
    assert_eq!(basic(&world), 0);
}

#[test]
fn a_payer_who_closed_the_account_gets_nothing_back() {
    let mut world = world();
    world.payers.get_mut("alice").unwrap().closed = true;
    assert_eq!(code(&mut world, post(body("R1", 1, json!({})))), (403, "USER_ACCOUNT_ABNORMAL".into()));
}

#[test]
fn a_merchant_without_the_product_has_no_authority() {
    let mut world = world();
    world.merchants.get_mut(MERCHANT).unwrap().products = Some(["native".to_owned()].into());
    assert_eq!(code(&mut world, post(body("R1", 1, json!({})))), (403, "NO_AUTH".into()));
    assert_eq!(code(&mut world, get("R1")).0, 404);
}

#[test]
fn each_refusal_is_a_rule_that_can_be_changed_and_put_back() {
    let other_total = json!({"amount": {"refund": 1, "total": 9_999, "currency": "CNY"}});
    let calls = [
        ("refund.order", post(body("R2", 1, json!({"out_trade_no": "A99999"})))),
        ("refund.total", post(body("R2", 1, other_total))),
        ("refund.repeat_changed", post(body("R1", 2, json!({})))),
        ("refund.too_much", post(body("R2", 10_000, json!({})))),
        ("refund.unknown", get("R2")),
    ];
    for (rule, call) in calls {
        let mut world = world();
        refund(&mut world, "R1", 1);
        let before = refused(&mut world, call.clone());
        let changed = json!({"status": 418, "code": "CHANGED", "message": "other words"});
        world.rules.set(rule, Some(changed));
        let expected = (418, "CHANGED".to_owned(), "other words".to_owned());
        assert_eq!(refused(&mut world, call.clone()), expected, "{rule}");
        world.rules.set(rule, None);
        assert_eq!(refused(&mut world, call), before, "{rule}");
    }
}

#[test]
fn refusals_are_rules() {
    let mut world = world();
    let changed = json!({"status": 400, "code": "TRADE_OVERDUE", "message": "too late"});
    world.rules.set("refund.overdue", Some(changed));
    world.rules.set("refund.days", Some(0.into()));
    let late = testing::calls(&mut world, NOW.plus_seconds(1), post(body("R1", 1, json!({})))).unwrap_err();
    assert_eq!((late.code.as_str(), late.message.as_str()), ("TRADE_OVERDUE", "too late"));
}
