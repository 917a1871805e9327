//! The rows of the table.

use super::*;

#[test]
fn request_is_processing_and_answers_the_refund() {
    let mut world = world();
    let shown = refund(&mut world, "R1", 5_000);
    assert_eq!(shown["status"], "PROCESSING");
    assert_eq!((&shown["out_refund_no"], &shown["out_trade_no"]), (&json!("R1"), &json!("A00001")));
    assert_eq!((&shown["channel"], &shown["funds_account"]), (&json!("ORIGINAL"), &json!("AVAILABLE")));
    assert_eq!(shown["create_time"], NOW.to_string());
    assert!(shown.get("success_time").is_none());
    let amount = json!({
        "total": 10_000, "refund": 5_000, "payer_total": 10_000, "payer_refund": 5_000, "settlement_total": 10_000,
        "settlement_refund": 5_000, "discount_refund": 0, "currency": "CNY", "refund_fee": 30,
    });
    assert_eq!(shown["amount"], amount);
    assert!(shown["refund_id"].as_str().unwrap().starts_with("50"));
    let operation = wechatpay_catalog::operation("POST", REFUNDS).unwrap();
    assert!(operation.check_response(&shown).is_empty());
}

#[test]
fn accepted_refunds_turn_the_order_or_only_successful_ones_by_rule() {
    let mut first = world();
    refund(&mut first, "R1", 1);
    assert_eq!(first.orders.by_number(MERCHANT, "A00001").unwrap().state.as_str(), "REFUND");
    let mut second = world();
    second.rules.set("order.refund_when", Some("success".into()));
    refund(&mut second, "R1", 1);
    assert_eq!(second.orders.by_number(MERCHANT, "A00001").unwrap().state.as_str(), "SUCCESS");
    ends(&mut second, "R1", "SUCCESS");
    assert_eq!(second.orders.by_number(MERCHANT, "A00001").unwrap().state.as_str(), "REFUND");
}

#[test]
fn the_merchant_pays_at_acceptance_and_the_payer_has_it_at_success() {
    let mut world = world();
    assert_eq!((basic(&world), wallet(&world)), (9_940, 99_990_000));
    refund(&mut world, "R1", 5_000);
    assert_eq!((basic(&world), wallet(&world)), (4_970, 99_990_000));
    ends(&mut world, "R1", "SUCCESS");
    assert_eq!((basic(&world), wallet(&world)), (4_970, 99_995_000));
    refund(&mut world, "R2", 5_000);
    ends(&mut world, "R2", "SUCCESS");
    assert_eq!((basic(&world), wallet(&world)), (0, 100_000_000));
}

#[test]
fn the_same_again_is_the_refund_as_it_is_and_money_moves_once() {
    let mut world = world();
    let first = refund(&mut world, "R1", 5_000);
    assert_eq!(refund(&mut world, "R1", 5_000), first);
    assert_eq!(basic(&world), 4_970);
    ends(&mut world, "R1", "SUCCESS");
    let again = refund(&mut world, "R1", 5_000);
    assert_eq!((&again["status"], &again["refund_id"]), (&json!("SUCCESS"), &first["refund_id"]));
    assert_eq!((basic(&world), world.refunds.iter().count()), (4_970, 1));
}

#[test]
fn the_same_number_with_other_amounts_or_another_order_is_refused() {
    let mut world = world();
    order(&mut world, json!({"out_trade_no": "A00002"}));
    refund(&mut world, "R1", 5_000);
    let expected = (400, "INVALID_REQUEST".into(), "订单金额或退款金额与之前请求不一致，请核实后再试".into());
    assert_eq!(refused(&mut world, post(body("R1", 4_999, json!({})))), expected);
    let total = json!({"amount": {"refund": 5_000, "total": 9_999, "currency": "CNY"}});
    assert_eq!(refused(&mut world, post(body("R1", 5_000, total))), expected);
    assert_eq!(refused(&mut world, post(body("R1", 5_000, json!({"out_trade_no": "A00002"})))), expected);
    ends(&mut world, "R1", "CLOSED");
    assert_eq!(refused(&mut world, post(body("R1", 4_999, json!({})))), expected);
}

#[test]
fn success_comes_by_itself_after_three_seconds() {
    let mut world = world();
    refund(&mut world, "R1", 5_000);
    testing::until(&mut world, NOW.plus_seconds(2));
    assert_eq!(fields(testing::calls(&mut world, NOW, get("R1")))["status"], "PROCESSING");
    testing::until(&mut world, NOW.plus_seconds(3));
    let shown = fields(testing::calls(&mut world, NOW, get("R1")));
    assert_eq!(
        (&shown["status"], &shown["success_time"]),
        (&json!("SUCCESS"), &json!(NOW.plus_seconds(3).to_string()))
    );
}

#[test]
fn other_endings_come_by_themselves_if_the_settings_say_so_and_none_if_they_say_null() {
    for status in ["CLOSED", "ABNORMAL"] {
        let mut world = world();
        world.settings.auto.refund.as_mut().unwrap().status = Some(status.to_owned());
        refund(&mut world, "R1", 5_000);
        testing::until(&mut world, NOW.plus_seconds(3));
        assert_eq!(fields(testing::calls(&mut world, NOW, get("R1")))["status"], status);
    }
    let mut world = world();
    world.settings.auto.refund = None;
    refund(&mut world, "R1", 5_000);
    testing::until(&mut world, NOW.plus_seconds(86_400));
    assert_eq!(fields(testing::calls(&mut world, NOW, get("R1")))["status"], "PROCESSING");
}

#[test]
fn closed_gives_the_reserve_back_and_frees_the_amount() {
    let mut world = world();
    refund(&mut world, "R1", 10_000);
    assert_eq!(basic(&world), 0);
    let shown = ends(&mut world, "R1", "CLOSED");
    assert_eq!((&shown["status"], basic(&world)), (&json!("CLOSED"), 9_940));
    assert_eq!(world.ledger.balance(&Account::RefundReserve), 0);
    assert!(fields(testing::calls(&mut world, NOW, get("R1"))).get("success_time").is_none());
    refund(&mut world, "R2", 10_000);
    ends(&mut world, "R2", "SUCCESS");
    assert_eq!((basic(&world), wallet(&world)), (0, 100_000_000));
}

#[test]
fn query_answers_the_refund_and_an_unknown_one_is_not_there() {
    let mut world = world();
    let made = refund(&mut world, "R1", 5_000);
    assert_eq!(fields(testing::calls(&mut world, NOW, get("R1"))), made);
    assert_eq!(refused(&mut world, get("R2")), (404, "RESOURCE_NOT_EXISTS".into(), "退款单不存在".into()));
    let other = testing::call("1900000002", "GET", &format!("{REFUNDS}/R1"), Value::Null);
    assert_eq!(refused(&mut world, other).0, 404);
}

#[test]
fn a_coupon_comes_back_to_whoever_gave_it() {
    let mut world = testing::world();
    order(&mut world, json!({"coupon": {"amount": 3_000, "is_cash": true}}));
    let shown = refund(&mut world, "R1", 5_000);
    assert_eq!(
        (&shown["amount"]["payer_refund"], &shown["amount"]["settlement_refund"]),
        (&json!(3_500), &json!(5_000))
    );
    assert_eq!(shown["amount"]["discount_refund"], 1_500);
    assert_eq!(shown["promotion_detail"][0]["refund_amount"], 1_500);
    ends(&mut world, "R1", "SUCCESS");
    assert_eq!(wallet(&world), 100_000_000 - 7_000 + 3_500);

    let mut world = testing::world();
    order(&mut world, json!({"coupon": {"amount": 3_000, "is_cash": false}}));
    let shown = refund(&mut world, "R1", 5_000);
    assert_eq!(
        (&shown["amount"]["settlement_total"], &shown["amount"]["settlement_refund"]),
        (&json!(7_000), &json!(3_500))
    );
    assert_eq!(shown["promotion_detail"][0]["type"], "DISCOUNT");
}

#[test]
fn frozen_money_pays_wholly_or_not_at_all() {
    let mut world = testing::world();
    let id = order(&mut world, json!({"profit_sharing": true}));
    let frozen = Account::BasicFrozen(MERCHANT.to_owned());
    assert_eq!((basic(&world), world.ledger.balance(&frozen), world.ledger.frozen_of(&id)), (0, 9_940, 9_940));
    let shown = refund(&mut world, "R1", 5_000);
    assert_eq!((&shown["funds_account"], world.ledger.frozen_of(&id)), (&json!("UNAVAILABLE"), 4_970));
    // Less is frozen than it takes: what is available pays, although both together would be enough without it.
    testing::control(
        &mut world,
        NOW,
        "POST",
        "merchants/1900000001/balance",
        json!({"account": "BASIC", "amount": 4_969}),
    )
    .unwrap();
    let release = super::super::super::super::ledger::Posting {
        at: NOW,
        from: frozen.clone(),
        to: Account::Basic(MERCHANT.to_owned()),
        amount: 1,
        kind: super::super::super::super::ledger::PostingKind::Release,
        reference: id.clone(),
        order: id.clone(),
    };
    world.ledger.post(release);
    let shown = refund(&mut world, "R2", 5_000);
    assert_eq!((&shown["funds_account"], basic(&world), world.ledger.frozen_of(&id)), (&json!("AVAILABLE"), 0, 4_969));
}

#[test]
fn a_partner_names_its_sub_merchant_whose_money_it_is() {
    let mut world = testing::world();
    order(&mut world, json!({"mchid": PARTNER, "sub_mchid": SUB}));
    let ask = |sub: Value| testing::call(PARTNER, "POST", REFUNDS, body("R1", 5_000, sub));
    let missing = refused(&mut world, ask(json!({})));
    assert_eq!(missing, (400, "INVALID_REQUEST".into(), "受理机构必须传入sub_mch_id".into()));
    assert_eq!(refused(&mut world, ask(json!({"sub_mchid": PARTNER}))).2, "子商户mchid不能与自身mchid相同");
    assert_eq!(refused(&mut world, ask(json!({"sub_mchid": "1900000002"}))).2, "受理关系不存在");
    let nobody = refused(&mut world, ask(json!({"sub_mchid": "1911111111"})));
    assert_eq!((nobody.0, nobody.1.as_str()), (404, "MCH_NOT_EXISTS"));
    assert_eq!(refused(&mut world, ask(json!({"sub_mchid": "1900000012"}))).0, 404);
    fields(testing::calls(&mut world, NOW, ask(json!({"sub_mchid": SUB}))));
    assert_eq!(world.ledger.balance(&Account::Basic(SUB.to_owned())), 4_970);
    let query = |sub: &str| testing::call(PARTNER, "GET", &format!("{REFUNDS}/R1?sub_mchid={sub}"), Value::Null);
    assert_eq!(fields(testing::calls(&mut world, NOW, query(SUB)))["status"], "PROCESSING");
    assert_eq!(refused(&mut world, query("1900000012")).0, 404);
    // Numbers are the partner's, of all sub-merchants together.
    order(&mut world, json!({"mchid": PARTNER, "sub_mchid": "1900000012", "out_trade_no": "A00002"}));
    let other = json!({"sub_mchid": "1900000012", "out_trade_no": "A00002"});
    assert_eq!(refused(&mut world, ask(other)).0, 400);
}
