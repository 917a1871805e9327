//! Payment codes, by either version.

use serde_json::{Value, json};

use super::acts::{M, native, order};
use crate::engine::answer::{Content, Outcome};
use crate::engine::ledger::Account;
use crate::engine::testing::{NOW, call, calls, control, until, world};
use crate::engine::time::Time;
use crate::engine::world::World;

fn v3(world: &mut World, now: Time, number: &str, total: i64, code: &str) -> Outcome {
    let body = json!({
        "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": number,
        "payer": {"auth_code": code}, "amount": {"total": total, "currency": "CNY"},
        "scene_info": {"store_info": {"id": "1"}},
    });
    calls(world, now, call(M, "POST", "v3/pay/transactions/codepay", body))
}

fn v2(world: &mut World, now: Time, number: &str, total: i64, code: &str) -> Outcome {
    let body = json!({
        "appid": "wx0000000000000001", "mch_id": M, "body": "a book", "out_trade_no": number, "auth_code": code,
        "total_fee": total.to_string(), "spbill_create_ip": "203.0.113.7", "nonce_str": "x", "sign": "x",
    });
    calls(world, now, call(M, "POST", "v2/pay/micropay", body))
}

fn reverse(world: &mut World, now: Time, number: &str) -> Outcome {
    let path = format!("v3/pay/transactions/out-trade-no/{number}/reverse");
    calls(world, now, call(M, "POST", &path, json!({"appid": "wx0000000000000001", "mchid": M})))
}

fn code(world: &mut World, payer: &str) -> String {
    let made = control(world, NOW, "GET", &format!("payers/{payer}/auth_code"), Value::Null).unwrap();
    made["auth_code"].as_str().unwrap().to_owned()
}

fn state(world: &World, number: &str) -> &'static str {
    world.orders.by_number(M, number).unwrap().state.as_str()
}

#[test]
fn a_small_amount_is_paid_at_once_and_never_notified() {
    let mut world = world();
    let code = code(&mut world, "bob");
    let Content::Fields(paid) = v3(&mut world, NOW, "A-00001", 100, &code).unwrap().content else { panic!("no JSON") };
    assert_eq!((paid["trade_state"].as_str(), paid["trade_type"].as_str()), (Some("SUCCESS"), Some("MICROPAY")));
    assert_eq!(world.orders.by_number(M, "A-00001").unwrap().payer.as_deref(), Some("bob"));
    v2(&mut world, NOW, "A-00002", 100, "130000000000000001").unwrap();
    assert_eq!(state(&world, "A-00002"), "SUCCESS");
    assert_eq!(world.notices.iter().count(), 0);
    // The same again is the same order, without another payment.
    v3(&mut world, NOW, "A-00001", 100, &code).unwrap();
    assert_eq!(crate::engine::control::orders::wallet(&world, "bob"), 100_000_000 - 100);
    assert_eq!(v3(&mut world, NOW, "A-00001", 101, &code).unwrap_err().internal, 268_498_688);
}

#[test]
fn a_large_amount_waits_for_the_password() {
    let mut world = world();
    let first = v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap();
    assert_eq!(first.status, 202);
    assert_eq!(first.content, Content::Fields(json!({"code": "USERPAYING", "message": "需要用户输入支付密码"})));
    assert_eq!(v2(&mut world, NOW, "A-00002", 100_001, "130000000000000002").unwrap_err().code, "USERPAYING");
    assert_eq!(v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap().status, 202);
    control(&mut world, NOW, "POST", "orders/A-00001/pay", json!({})).unwrap();
    assert_eq!(state(&world, "A-00001"), "SUCCESS");
    control(&mut world, NOW, "POST", "orders/A-00002/pay", json!({"outcome": "WRONG_PASSWORD"})).unwrap();
    assert_eq!(state(&world, "A-00002"), "PAYERROR");
    assert_eq!(world.notices.iter().count(), 0);
    world.rules.set("codepay.userpaying", Some(400.into()));
    assert_eq!(v3(&mut world, NOW, "A-00003", 100_001, "130000000000000003").unwrap_err().code, "USERPAYING");
}

#[test]
fn codes_are_good_for_a_minute_and_for_one_payment() {
    let mut world = world();
    let (used, old) = (code(&mut world, "alice"), code(&mut world, "alice"));
    v2(&mut world, NOW, "A-00001", 100, &used).unwrap();
    assert_eq!(v2(&mut world, NOW, "A-00002", 100, &used).unwrap_err().code, "AUTH_CODE_INVALID");
    assert_eq!(v2(&mut world, NOW.plus_seconds(61), "A-00002", 100, &old).unwrap_err().code, "AUTHCODEEXPIRE");
    for malformed in ["1", "990000000000000001", "13000000000000000x"] {
        assert_eq!(v2(&mut world, NOW, "A-00002", 100, malformed).unwrap_err().code, "PARAM_ERROR");
    }
    let refusal = v3(&mut world, NOW, "A-00002", 100, &used).unwrap_err();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "INVALID_REQUEST"));
    assert!(world.orders.by_number(M, "A-00002").is_none());
}

#[test]
fn a_code_without_money_is_a_payment_that_failed() {
    let mut world = world();
    control(&mut world, NOW, "PATCH", "payers/bob", json!({"balance": 99})).unwrap();
    let code = code(&mut world, "bob");
    assert_eq!(v2(&mut world, NOW, "A-00001", 100, &code).unwrap_err().code, "NOTENOUGH");
    assert_eq!(state(&world, "A-00001"), "PAYERROR");
}

#[test]
fn what_is_reversed_is_never_paid_and_paid_money_comes_back_once() {
    let mut world = world();
    v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap();
    reverse(&mut world, NOW, "A-00001").unwrap();
    assert_eq!(state(&world, "A-00001"), "REVOKED");
    assert_eq!(control(&mut world, NOW, "POST", "orders/A-00001/pay", json!({})).unwrap_err().code, "STATE");
    v3(&mut world, NOW, "A-00002", 500, "130000000000000002").unwrap();
    for _ in 0..2 {
        reverse(&mut world, NOW, "A-00002").unwrap();
        assert_eq!(crate::engine::control::orders::wallet(&world, "alice"), 100_000_000);
    }
    v3(&mut world, NOW, "A-00003", 500, "130000000000000003").unwrap();
    let late = NOW.plus_seconds(24 * 3600 + 1);
    assert_eq!(reverse(&mut world, late, "A-00003").unwrap_err().code, "INVALID_REQUEST");
    assert_eq!(reverse(&mut world, NOW, "B-00001").unwrap_err().status, 404);
}

#[test]
fn an_order_of_a_code_is_reversed_not_closed() {
    let mut world = world();
    v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap();
    let path = "v3/pay/transactions/out-trade-no/A-00001/close";
    let refusal = calls(&mut world, NOW, call(M, "POST", path, json!({"mchid": M}))).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.internal), ("INVALID_REQUEST", 268_449_641));
}

#[test]
fn a_code_and_another_trade_type_do_not_share_a_number() {
    let mut world = world();
    native(&mut world, NOW, order("A-00001")).unwrap();
    let refusal = v3(&mut world, NOW, "A-00001", 100, "130000000000000001").unwrap_err();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "OUT_TRADE_NO_USED"));
    v3(&mut world, NOW, "A-00002", 100, "130000000000000001").unwrap();
    let refusal = native(&mut world, NOW, order("A-00002")).unwrap_err();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "OUT_TRADE_NO_USED"));
}

#[test]
fn the_password_may_take_its_time() {
    let mut world = world();
    v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap();
    let later = NOW.plus_seconds(8 * 24 * 3600);
    until(&mut world, later);
    assert_eq!(v3(&mut world, later, "A-00001", 100_001, "130000000000000001").unwrap().status, 202);
    let shown = control(&mut world, later, "GET", "orders/130000000000000001", Value::Null).unwrap();
    assert_eq!(
        (shown["state"].as_str(), shown["credential"]["kind"].as_str()),
        (Some("USERPAYING"), Some("auth_code"))
    );
    control(&mut world, later, "POST", "orders/A-00001/pay", json!({})).unwrap();
    assert_eq!(v3(&mut world, later, "A-00001", 100_001, "130000000000000001").unwrap().status, 200);
}

#[test]
fn what_is_over_is_said_again() {
    let mut world = world();
    v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap();
    control(&mut world, NOW, "POST", "orders/A-00001/pay", json!({"outcome": "CANCEL"})).unwrap();
    let again = v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap_err();
    assert_eq!((again.status, again.message.as_str()), (400, "支付失败"));
    reverse(&mut world, NOW, "A-00001").unwrap();
    let again = v3(&mut world, NOW, "A-00001", 100_001, "130000000000000001").unwrap_err();
    assert_eq!((again.status, again.message.as_str()), (400, "订单已撤销"));
}

#[test]
fn what_is_no_code_or_refunded_or_without_funds_is_not_reversed() {
    let mut world = world();
    native(&mut world, NOW, order("A-00001")).unwrap();
    assert_eq!(reverse(&mut world, NOW, "A-00001").unwrap_err().message, "非付款码支付订单不支持撤销");
    v3(&mut world, NOW, "A-00002", 500, "130000000000000002").unwrap();
    control(&mut world, NOW, "POST", "orders/A-00002/refund", json!({"refund": 100})).unwrap();
    assert_eq!(reverse(&mut world, NOW, "A-00002").unwrap_err().message, "订单发生过退款，不支持撤销");
    v3(&mut world, NOW, "A-00003", 500, "130000000000000003").unwrap();
    let has = world.ledger.balance(&Account::Basic(M.to_owned()));
    let taken = json!({"account": "BASIC", "amount": -has});
    control(&mut world, NOW, "POST", &format!("merchants/{M}/balance"), taken).unwrap();
    let refusal = reverse(&mut world, NOW, "A-00003").unwrap_err();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "NOT_ENOUGH"));
    assert_eq!(state(&world, "A-00003"), "SUCCESS");
}

#[test]
fn a_partners_code_is_reversed_in_its_family_for_its_sub_merchant() {
    const P: &str = "1900000010";
    let mut world = world();
    let body = json!({
        "sp_appid": "wx0000000000000001", "sp_mchid": P, "sub_mchid": "1900000011", "description": "a book",
        "out_trade_no": "A-00001", "payer": {"auth_code": "130000000000000001"},
        "amount": {"total": 100, "currency": "CNY"}, "scene_info": {"store_info": {"id": "1"}},
    });
    let paid = calls(&mut world, NOW, call(P, "POST", "v3/pay/partner/transactions/codepay", body)).unwrap();
    let Content::Fields(paid) = paid.content else { panic!("no JSON") };
    assert_eq!((paid["sub_mchid"].as_str(), paid["trade_state"].as_str()), (Some("1900000011"), Some("SUCCESS")));
    let mut reverse = |family: &str, sub: &str| {
        let path = format!("v3/pay/{family}transactions/out-trade-no/A-00001/reverse");
        calls(&mut world, NOW, call(P, "POST", &path, json!({"sp_mchid": P, "sub_mchid": sub})))
    };
    assert_eq!(reverse("", "").unwrap_err().status, 404);
    assert_eq!(reverse("partner/", "1900000012").unwrap_err().internal, 268_447_845);
    assert_eq!(reverse("partner/", "1900000011").unwrap().status, 200);
    assert_eq!(world.orders.by_number(P, "A-00001").unwrap().state.as_str(), "REVOKED");
}

#[test]
fn a_code_is_not_reversed_while_a_refund_of_it_is_on_its_way() {
    let mut world = world();
    world.rules.set("order.refund_when", Some("success".into()));
    v3(&mut world, NOW, "A-00001", 500, "130000000000000001").unwrap();
    let refund = control(&mut world, NOW, "POST", "orders/A-00001/refund", json!({"refund": 100})).unwrap();
    assert_eq!(state(&world, "A-00001"), "SUCCESS");
    assert_eq!(reverse(&mut world, NOW, "A-00001").unwrap_err().message, "订单发生过退款，不支持撤销");
    let path = format!("refunds/{}/result", refund["id"].as_str().unwrap());
    control(&mut world, NOW, "POST", &path, json!({"status": "CLOSED"})).unwrap();
    reverse(&mut world, NOW, "A-00001").unwrap();
    assert_eq!(crate::engine::control::orders::wallet(&world, "alice"), 100_000_000);
    assert_eq!(control(&mut world, NOW, "GET", "invariants", Value::Null).unwrap()["ok"], true);
}
