//! Refusals, in the gateway's order.

use super::*;

fn named(why: &(u16, String, String)) -> (u16, &str, &str) {
    (why.0, why.1.as_str(), why.2.as_str())
}

/// Why a request with these receivers is refused.
fn check(world: &mut World, receivers: Value, other: Value) -> (u16, String, String) {
    let call = post(world, "S1", receivers, other);
    refused(world, call)
}

#[test]
fn not_the_merchants_own_order() {
    let mut world = world();
    let mut call = post(&world, "S1", json!([to(OTHER, 1)]), json!({}));
    OTHER.clone_into(&mut call.mchid);
    assert_eq!(named(&refused(&mut world, call)), (400, "INVALID_REQUEST", "非本商户的订单不支持分账"));
    let unknown = check(&mut world, json!([to(OTHER, 1)]), json!({"transaction_id": "4200000000000000000000000000"}));
    assert_eq!(named(&unknown), (404, "RESOURCE_NOT_EXISTS", "订单不存在"));
}

#[test]
fn not_an_order_for_sharing() {
    let mut world = world();
    let id = world.orders.by_number(MERCHANT, "A00001").unwrap().id.clone();
    // As if it had been placed without the flag; the money does not matter here.
    world.orders.update(&id, |order| order.profit_sharing = false);
    let why = check(&mut world, json!([to(OTHER, 1)]), json!({}));
    assert_eq!(named(&why), (400, "INVALID_REQUEST", "非分账订单不支持分账"));
    let path = format!("v3/profitsharing/transactions/{}/amounts", transaction(&world));
    let why = refused(&mut world, testing::call(MERCHANT, "GET", &path, Value::Null));
    assert_eq!(why.2, "非分账订单不支持分账");
}

#[test]
fn the_same_number_with_other_receivers() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    let why = check(&mut world, json!([to(OTHER, 1_001)]), json!({}));
    assert_eq!(named(&why), (400, "INVALID_REQUEST", "分账接收方与原请求不一致"));
    // It goes before everything that is wrong with the new request itself.
    let rest = unfreeze(&world, "U1");
    ask(&mut world, READY, rest);
    assert_eq!(check(&mut world, json!([]), json!({})).2, "分账接收方与原请求不一致");
}

#[test]
fn within_a_minute_of_the_payment() {
    let mut world = world();
    let call = post(&world, "S1", json!([to(OTHER, 1)]), json!({}));
    let why = refused_at(&mut world, NOW.plus_seconds(59), call.clone());
    assert_eq!(named(&why), (400, "INVALID_REQUEST", "订单处理中，请稍后重试"));
    ask(&mut world, READY, call);
}

#[test]
fn the_51st_request_of_an_order_refused_ones_not_counted() {
    let mut world = world();
    for number in 0..50 {
        check(&mut world, json!([to(OTHER, 9_999)]), json!({}));
        share(&mut world, &format!("N{number}"), 1);
    }
    let why = check(&mut world, json!([to(OTHER, 1)]), json!({}));
    assert_eq!((why.0, why.1.as_str()), (400, "PARAM_ERROR"));
}

#[test]
fn receivers_none_too_many_twice_the_payer_itself_or_of_no_amount() {
    let mut world = world();
    let many: Vec<Value> = (0..51).map(|number| to(&format!("19{number:08}"), 1)).collect();
    for (receivers, field) in [
        (json!([]), "/receivers"),
        (Value::Array(many), "/receivers"),
        (json!([to(OTHER, 1), to(OTHER, 2)]), "/receivers/1/account"),
        (json!([to(MERCHANT, 1)]), "/receivers/0/account"),
        (json!([to(OTHER, 0)]), "/receivers/0/amount"),
        (json!([to(OTHER, -1)]), "/receivers/0/amount"),
    ] {
        let call = post(&world, "S1", receivers, json!({}));
        let refusal = testing::calls(&mut world, READY, call).unwrap_err();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "PARAM_ERROR"), "{field}");
        assert_eq!(refusal.detail.unwrap()["field"], field);
    }
}

#[test]
fn a_person_is_known_at_an_app_alone() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let mut body = body(&world, "S1", json!([to(&openid, 1)]), json!({}));
    body.as_object_mut().unwrap().remove("appid");
    let refusal = testing::calls(&mut world, READY, testing::call(MERCHANT, "POST", ORDERS, body.clone())).unwrap_err();
    assert_eq!((refusal.code.as_str(), &refusal.detail.unwrap()["field"]), ("PARAM_ERROR", &json!("/appid")));
    // A merchant needs none.
    body["receivers"] = json!([to(OTHER, 1)]);
    ask(&mut world, READY, testing::call(MERCHANT, "POST", ORDERS, body));
    let sub = json!([{"type": "PERSONAL_SUB_OPENID", "account": openid, "amount": 1, "description": "x"}]);
    let call = post(&world, "S2", sub, json!({}));
    let refusal = testing::calls(&mut world, READY, call).unwrap_err();
    assert_eq!(refusal.detail.unwrap()["field"], "/sub_appid");
}

#[test]
fn no_relation() {
    let mut world = world();
    let openid = openids::openid(APPID, &world.payers["bob"]);
    for account in [PARTNER, &openid] {
        let why = check(&mut world, json!([to(account, 1)]), json!({}));
        assert_eq!(named(&why), (400, "INVALID_REQUEST", "分账接收方关系不存在"));
    }
}

#[test]
fn another_name_than_the_real_one() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let mut receiver = to(&openid, 1);
    receiver["name"] = "爱丽丝".into();
    let why = check(&mut world, json!([receiver]), json!({}));
    assert_eq!(named(&why), (400, "INVALID_REQUEST", "微信用户姓名与实名不一致"));
}

#[test]
fn more_than_the_ratio_cumulative_over_all_requests() {
    const TEXT: &str = "分账金额超出最大分账比例，最大可分账金额需等比例扣除退款与补差回退等逆向交易金额";
    let mut world = world();
    assert_eq!(named(&check(&mut world, json!([to(OTHER, 3_001)]), json!({}))), (400, "INVALID_REQUEST", TEXT));
    shared(&mut world, "A1", 2_000);
    assert_eq!(named(&check(&mut world, json!([to(OTHER, 1_001)]), json!({}))), (400, "INVALID_REQUEST", TEXT));
    // What is on its way counts, what was closed does not.
    share(&mut world, "A2", 1_000);
    assert_eq!(check(&mut world, json!([to(OTHER, 1)]), json!({})).2, TEXT);
    control(&mut world, "POST", "sharings/A2/result", json!({"result": "CLOSED"})).unwrap();
    share(&mut world, "A3", 1_000);
}

#[test]
fn refunds_make_the_ratio_smaller_rounded_down() {
    let mut world = world();
    // (10,000 - 3,333) x 30 % = 2,000.1
    refund(&mut world, READY, "R1", 3_333).unwrap();
    assert_eq!(check(&mut world, json!([to(OTHER, 2_001)]), json!({})).0, 400);
    share(&mut world, "S1", 2_000);
}

#[test]
fn all_receivers_of_a_request_count_together() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let receivers = |amount: i64| json!([to(OTHER, 2_000), to(&openid, amount)]);
    assert_eq!(check(&mut world, receivers(1_001), json!({})).0, 400);
    assert_eq!(check(&mut world, json!([to(OTHER, i64::MAX), to(&openid, i64::MAX)]), json!({})).0, 400);
    let call = post(&world, "S1", receivers(1_000), json!({}));
    ask(&mut world, READY, call);
}

#[test]
fn more_than_is_left_unsplit() {
    let mut world = world();
    world.merchants.get_mut(MERCHANT).unwrap().share_ratio_bp = 10_000;
    let why = check(&mut world, json!([to(OTHER, 9_941)]), json!({}));
    assert_eq!(named(&why), (403, "NOT_ENOUGH", "分账金额不足"));
    share(&mut world, "S1", 9_940);
    assert_eq!(money(&world), [0, 0, 0]);
}

#[test]
fn a_merchant_without_the_product() {
    let mut world = world();
    world.merchants.get_mut(MERCHANT).unwrap().products = Some(["native".to_owned()].into());
    for call in [
        post(&world, "S1", json!([to(OTHER, 1)]), json!({})),
        unfreeze(&world, "U1"),
        give_back("S1", "B1", 1, json!({})),
        testing::call(
            MERCHANT,
            "GET",
            &format!("v3/profitsharing/transactions/{}/amounts", transaction(&world)),
            Value::Null,
        ),
        testing::call(MERCHANT, "GET", "v3/profitsharing/bills?bill_date=2026-11-25", Value::Null),
    ] {
        assert_eq!(refused(&mut world, call).1, "NO_AUTH");
    }
    let merchant = world.merchants.get_mut(MERCHANT).unwrap();
    merchant.products = None;
    merchant.status = crate::engine::merchants::Status::Restricted;
    let call = post(&world, "S1", json!([to(OTHER, 1)]), json!({}));
    assert_eq!(refused(&mut world, call).1, "NO_AUTH");
}

#[test]
fn a_sharing_nobody_knows() {
    let mut world = world();
    share(&mut world, "S1", 1);
    let second = paid(&mut world, "A00002", 100);
    for path in
        [format!("{ORDERS}/S9?transaction_id={}", transaction(&world)), format!("{ORDERS}/S1?transaction_id={second}")]
    {
        let why = refused(&mut world, testing::call(MERCHANT, "GET", &path, Value::Null));
        assert_eq!((why.0, why.1.as_str()), (404, "RESOURCE_NOT_EXISTS"));
    }
}
