//! APIv2: the same store, other words.

use super::*;

fn ask(other: Value) -> Call {
    let body = with(
        json!({
            "appid": "wx0000000000000001", "mch_id": MERCHANT, "out_trade_no": "A00001", "out_refund_no": "R1",
            "total_fee": "10000", "refund_fee": "5000",
        }),
        other,
    );
    testing::call(MERCHANT, "POST", "v2/secapi/pay/refund", body)
}

fn query(other: Value) -> Call {
    let body = with(json!({"appid": "wx0000000000000001", "mch_id": MERCHANT}), other);
    testing::call(MERCHANT, "POST", "v2/pay/refundquery", body)
}

#[test]
fn an_order_of_v3_is_refunded_and_asked_for_by_either() {
    let mut world = world();
    let made = fields(testing::calls(&mut world, NOW, ask(json!({}))));
    assert_eq!((&made["refund_fee"], &made["cash_refund_fee"]), (&json!("5000"), &json!("5000")));
    assert_eq!(
        (&made["total_fee"], &made["cash_fee"], &made["fee_type"]),
        (&json!("10000"), &json!("10000"), &json!("CNY"))
    );
    let v3 = fields(testing::calls(&mut world, NOW, get("R1")));
    assert_eq!(v3["refund_id"], made["refund_id"]);
    // The same number by the other version is the same refund.
    assert_eq!(refund(&mut world, "R1", 5_000)["refund_id"], made["refund_id"]);
    assert_eq!(basic(&world), 4_970);
}

#[test]
fn refunds_are_numbered_in_the_answer_to_a_query() {
    let mut world = world();
    refund(&mut world, "R1", 1_000);
    refund(&mut world, "R2", 2_000);
    ends(&mut world, "R1", "SUCCESS");
    ends(&mut world, "R2", "CLOSED");
    refund(&mut world, "R3", 3_000);
    let all = fields(testing::calls(&mut world, NOW, query(json!({"out_trade_no": "A00001"}))));
    assert_eq!((&all["total_refund_count"], &all["refund_count"]), (&json!("3"), &json!("3")));
    let of = |name: &str| [0, 1, 2].map(|n| all[format!("{name}_{n}")].as_str().unwrap_or_default().to_owned());
    assert_eq!(of("out_refund_no"), ["R1", "R2", "R3"]);
    assert_eq!(of("refund_fee"), ["1000", "2000", "3000"]);
    assert_eq!(of("refund_status"), ["SUCCESS", "REFUNDCLOSE", "PROCESSING"]);
    assert_eq!(of("refund_success_time"), ["2026-11-25 10:00:00", "", ""]);
    assert_eq!(of("refund_recv_accout"), ["支付用户零钱", "支付用户零钱", "支付用户零钱"]);
    assert_eq!(of("refund_account")[0], "REFUND_SOURCE_RECHARGE_FUNDS");
    let one = fields(testing::calls(&mut world, NOW, query(json!({"out_refund_no": "R2"}))));
    assert_eq!((&one["refund_count"], &one["out_refund_no_0"]), (&json!("1"), &json!("R2")));
    let by_id = query(json!({"refund_id": all["refund_id_2"]}));
    assert_eq!(fields(testing::calls(&mut world, NOW, by_id))["out_refund_no_0"], "R3");
    let by_transaction = query(json!({"transaction_id": all["transaction_id"]}));
    assert_eq!(fields(testing::calls(&mut world, NOW, by_transaction))["refund_count"], "3");
}

#[test]
fn ten_are_in_one_answer_and_offset_leads_to_the_others() {
    let mut world = world();
    (1..=12).for_each(|number| _ = refund(&mut world, &format!("R{number}"), 1));
    let first = fields(testing::calls(&mut world, NOW, query(json!({"out_trade_no": "A00001"}))));
    assert_eq!((&first["total_refund_count"], &first["refund_count"]), (&json!("12"), &json!("10")));
    let rest = fields(testing::calls(&mut world, NOW, query(json!({"out_trade_no": "A00001", "offset": "10"}))));
    assert_eq!((&rest["refund_count"], &rest["out_refund_no_1"]), (&json!("2"), &json!("R12")));
    assert_eq!(refused(&mut world, query(json!({"out_trade_no": "A00001", "offset": "12"}))).1, "REFUNDNOTEXIST");
    assert_eq!(refused(&mut world, query(json!({"out_trade_no": "A00001", "offset": "x"}))).1, "PARAM_ERROR");
}

#[test]
fn a_coupon_has_members_of_its_own() {
    let mut world = testing::world();
    order(&mut world, json!({"coupon": {"amount": 3_000, "is_cash": false}}));
    let made = fields(testing::calls(&mut world, NOW, ask(json!({}))));
    assert_eq!((&made["settlement_total_fee"], &made["settlement_refund_fee"]), (&json!("7000"), &json!("3500")));
    assert_eq!((&made["coupon_type_0"], &made["coupon_refund_fee_0"]), (&json!("NO_CASH"), &json!("1500")));
    let shown = fields(testing::calls(&mut world, NOW, query(json!({"out_refund_no": "R1"}))));
    assert_eq!((&shown["coupon_type_0_0"], &shown["coupon_refund_fee_0_0"]), (&json!("NO_CASH"), &json!("1500")));
    assert_eq!(shown["settlement_refund_fee_0"], "3500");
}

#[test]
fn refusals_have_the_codes_of_v2() {
    let mut paid = world();
    let code = |world: &mut World, call| refused(world, call).1;
    assert_eq!(code(&mut paid, ask(json!({"out_trade_no": "A99999"}))), "ORDERNOTEXIST");
    assert_eq!(code(&mut paid, ask(json!({"total_fee": "9999"}))), "REFUND_FEE_MISMATCH");
    assert_eq!(code(&mut paid, ask(json!({"refund_fee": "10001"}))), "ERROR");
    assert_eq!(code(&mut paid, ask(json!({"refund_fee": "x"}))), "PARAM_ERROR");
    assert_eq!(code(&mut paid, ask(json!({"out_trade_no": ""}))), "PARAM_ERROR");
    assert_eq!(code(&mut paid, query(json!({"out_refund_no": "R1"}))), "REFUNDNOTEXIST");
    assert_eq!(code(&mut paid, query(json!({}))), "PARAM_ERROR");
    fields(testing::calls(&mut paid, NOW, ask(json!({}))));
    assert_eq!(code(&mut paid, ask(json!({"refund_fee": "4999"}))), "REFUND_FEE_MISMATCH");
    let take = json!({"account": "BASIC", "amount": -4_970});
    testing::control(&mut paid, NOW, "POST", "merchants/1900000001/balance", take).unwrap();
    assert_eq!(code(&mut paid, ask(json!({"out_refund_no": "R2"}))), "NOTENOUGH");

    let mut closed = world();
    closed.payers.get_mut("alice").unwrap().closed = true;
    assert_eq!(code(&mut closed, ask(json!({}))), "USER_ACCOUNT_ABNORMAL");
    let mut late = world();
    late.rules.set("refund.days", Some((-1).into()));
    assert_eq!(code(&mut late, ask(json!({}))), "TRADE_OVERDUE");
    let mut full = world();
    full.rules.set("refund.count", Some(0.into()));
    assert_eq!(code(&mut full, ask(json!({}))), "ERROR");
    let mut hasty = world();
    fields(testing::calls(&mut hasty, NOW, ask(json!({}))));
    hasty.rules.set("refund.gap", Some(json!({"status": 429, "code": "FREQUENCY_LIMITED", "message": "slower"})));
    assert_eq!(code(&mut hasty, ask(json!({"out_refund_no": "R2"}))), "FREQUENCY_LIMITED");
    let mut none = world();
    none.merchants.get_mut(MERCHANT).unwrap().products = Some([].into());
    assert_eq!(code(&mut none, ask(json!({}))), "NOAUTH");
}

#[test]
fn a_refund_asked_for_in_v2_is_told_in_v2() {
    let mut world = world();
    fields(testing::calls(&mut world, NOW, ask(json!({"notify_url": "http://127.0.0.1:3000/v2"}))));
    ends(&mut world, "R1", "SUCCESS");
    let notice = world.notices.iter().next().unwrap();
    assert_eq!(
        (notice.version, &*notice.url),
        (super::super::super::super::call::Version::V2, "http://127.0.0.1:3000/v2")
    );
}

#[test]
fn a_sub_merchants_refund_is_found_by_its_partner_alone() {
    let mut world = testing::world();
    order(&mut world, json!({"mchid": PARTNER, "sub_mchid": SUB}));
    let own = |call: Call| Call { mchid: PARTNER.to_owned(), ..call };
    let made = fields(testing::calls(&mut world, NOW, own(ask(json!({"sub_mch_id": SUB})))));
    assert_eq!(made["sub_mch_id"], SUB);
    let found = own(query(json!({"sub_mch_id": SUB, "out_refund_no": "R1"})));
    assert_eq!(fields(testing::calls(&mut world, NOW, found))["refund_count"], "1");
    assert_eq!(refused(&mut world, query(json!({"refund_id": made["refund_id"]}))).1, "REFUNDNOTEXIST");
}
