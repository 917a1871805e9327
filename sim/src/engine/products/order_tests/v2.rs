//! Orders of APIv2, on the same store as those of APIv3.

use serde_json::{Value, json};

use crate::engine::answer::{Content, Outcome};
use crate::engine::openids;
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::world::World;

const M: &str = "1900000001";

fn order(number: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mch_id": M, "body": "a book", "out_trade_no": number, "total_fee": "100",
        "spbill_create_ip": "203.0.113.7", "notify_url": "http://127.0.0.1:9/paid", "trade_type": "NATIVE",
        "nonce_str": "1", "sign": "1",
    })
}

fn send(world: &mut World, path: &str, body: Value) -> Outcome {
    calls(world, NOW, call(M, "POST", path, body))
}

fn fields(outcome: Outcome) -> Value {
    match outcome.unwrap().content {
        Content::Fields(value) => value,
        other => panic!("{other:?}"),
    }
}

fn numbered(number: &str) -> Value {
    json!({"appid": "wx0000000000000001", "mch_id": M, "out_trade_no": number, "nonce_str": "1", "sign": "1"})
}

#[test]
fn each_trade_type_has_its_members() {
    let mut world = world();
    let native = fields(send(&mut world, "v2/pay/unifiedorder", order("A-00001")));
    assert_eq!(native["trade_type"], "NATIVE");
    assert!(native["prepay_id"].is_string() && native["code_url"].is_string());
    let mut web = order("A-00002");
    web["trade_type"] = "MWEB".into();
    assert!(fields(send(&mut world, "v2/pay/unifiedorder", web))["mweb_url"].is_string());
    let mut app = order("A-00003");
    app["trade_type"] = "APP".into();
    assert!(fields(send(&mut world, "v2/pay/unifiedorder", app))["prepay_id"].is_string());
}

#[test]
fn each_code_of_unifiedorder() {
    let mut world = world();
    let code = |world: &mut World, member: &str, value: Value| {
        let mut body = order("A-00001");
        match value {
            Value::Null => _ = body.as_object_mut().unwrap().remove(member),
            value => body[member] = value,
        }
        send(world, "v2/pay/unifiedorder", body).unwrap_err().code
    };
    assert_eq!(code(&mut world, "body", Value::Null), "LACK_PARAMS");
    assert_eq!(code(&mut world, "total_fee", "1.00".into()), "PARAM_ERROR");
    assert_eq!(code(&mut world, "trade_type", "X".into()), "PARAM_ERROR");
    assert_eq!(code(&mut world, "appid", "wx9".into()), "APPID_MCHID_NOT_MATCH");
    // The same but for what each sending changes.
    send(&mut world, "v2/pay/unifiedorder", order("A-00001")).unwrap();
    let mut again = order("A-00001");
    again["nonce_str"] = "2".into();
    send(&mut world, "v2/pay/unifiedorder", again).unwrap();
    assert_eq!(code(&mut world, "total_fee", "101".into()), "OUT_TRADE_NO_USED");
    control(&mut world, NOW, "POST", "orders/A-00001/pay", json!({})).unwrap();
    assert_eq!(send(&mut world, "v2/pay/unifiedorder", order("A-00001")).unwrap_err().code, "ORDERPAID");
    send(&mut world, "v2/pay/unifiedorder", order("A-00002")).unwrap();
    send(&mut world, "v2/pay/closeorder", numbered("A-00002")).unwrap();
    assert_eq!(send(&mut world, "v2/pay/unifiedorder", order("A-00002")).unwrap_err().code, "ORDERCLOSED");
    world.merchants.get_mut(M).unwrap().products = Some([].into());
    assert_eq!(send(&mut world, "v2/pay/unifiedorder", order("A-00003")).unwrap_err().code, "NOAUTH");
}

#[test]
fn one_version_sees_the_orders_of_the_other() {
    let mut world = world();
    send(&mut world, "v2/pay/unifiedorder", order("A-00001")).unwrap();
    control(&mut world, NOW, "POST", "orders/A-00001/pay", json!({})).unwrap();
    let path = format!("v3/pay/transactions/out-trade-no/A-00001?mchid={M}");
    let shown = fields(calls(&mut world, NOW, call(M, "GET", &path, Value::Null)));
    let queried = fields(send(&mut world, "v2/pay/orderquery", numbered("A-00001")));
    assert_eq!(queried["transaction_id"], shown["transaction_id"]);
    assert_eq!((queried["trade_state"].as_str(), queried["total_fee"].as_str()), (Some("SUCCESS"), Some("100")));
    assert_eq!(queried["time_end"], "20261125100000");
    let notice = world.notices.iter().next().unwrap();
    let resource: Value = serde_json::from_str(&notice.resource.text()).unwrap();
    assert_eq!(notice.version, crate::engine::call::Version::V2);
    assert_eq!((resource["return_code"].as_str(), resource["cash_fee"].as_str()), (Some("SUCCESS"), Some("100")));
}

#[test]
fn each_code_of_query_and_close() {
    let mut world = world();
    assert_eq!(send(&mut world, "v2/pay/orderquery", numbered("A-00001")).unwrap_err().code, "ORDERNOTEXIST");
    send(&mut world, "v2/pay/unifiedorder", order("A-00001")).unwrap();
    let open = fields(send(&mut world, "v2/pay/orderquery", numbered("A-00001")));
    assert_eq!((open["trade_state"].as_str(), open.get("transaction_id")), (Some("NOTPAY"), None));
    send(&mut world, "v2/pay/closeorder", numbered("A-00001")).unwrap();
    assert_eq!(send(&mut world, "v2/pay/closeorder", numbered("A-00001")).unwrap_err().code, "ORDERCLOSED");
    send(&mut world, "v2/pay/unifiedorder", order("A-00002")).unwrap();
    control(&mut world, NOW, "POST", "orders/A-00002/pay", json!({})).unwrap();
    assert_eq!(send(&mut world, "v2/pay/closeorder", numbered("A-00002")).unwrap_err().code, "ORDERPAID");
    let neither = json!({"appid": "wx0000000000000001", "mch_id": M});
    assert_eq!(send(&mut world, "v2/pay/orderquery", neither).unwrap_err().code, "LACK_PARAMS");
}

#[test]
fn a_reversal_says_that_it_need_not_be_called_again() {
    let mut world = world();
    let mut charge = order("A-00001");
    charge["auth_code"] = "130000000000000001".into();
    send(&mut world, "v2/pay/micropay", charge).unwrap();
    let answer = fields(send(&mut world, "v2/secapi/pay/reverse", numbered("A-00001")));
    assert_eq!(answer, json!({"recall": "N"}));
    assert_eq!(fields(send(&mut world, "v2/pay/orderquery", numbered("A-00001")))["trade_state"], "REVOKED");
}

#[test]
fn the_link_is_that_of_the_prepay_id() {
    let mut world = world();
    let mut web = order("A-00001");
    web["trade_type"] = "MWEB".into();
    let answer = fields(send(&mut world, "v2/pay/unifiedorder", web));
    let (url, prepay_id) = (answer["mweb_url"].as_str().unwrap(), answer["prepay_id"].as_str().unwrap());
    assert!(url.contains(&format!("prepay_id={prepay_id}&")), "{url}");
    assert!(control(&mut world, NOW, "GET", &format!("orders/{prepay_id}"), Value::Null).is_ok());
}

#[test]
fn an_order_remembers_its_sign_type_for_its_notice() {
    let mut world = world();
    let mut hmac = order("A-00001");
    hmac["sign_type"] = "HMAC-SHA256".into();
    send(&mut world, "v2/pay/unifiedorder", hmac).unwrap();
    send(&mut world, "v2/pay/unifiedorder", order("A-00002")).unwrap();
    for number in ["A-00001", "A-00002"] {
        control(&mut world, NOW, "POST", &format!("orders/{number}/pay"), json!({})).unwrap();
    }
    let kinds: Vec<_> = world.notices.iter().map(|notice| notice.sign_type.as_deref()).collect();
    assert_eq!(kinds, [Some("HMAC-SHA256"), None]);
}

#[test]
fn its_time_to_end_is_beijings_and_meant_by_the_wall_clock() {
    let mut world = world();
    let mut body = order("A-00001");
    body["time_expire"] = "20261125103000".into();
    send(&mut world, "v2/pay/unifiedorder", body).unwrap();
    assert_eq!(world.orders.by_number(M, "A-00001").unwrap().expires_at, NOW.plus_seconds(1800));
}

#[test]
fn jsapi_needs_an_openid_of_the_app() {
    let mut world = world();
    let mut body = order("A-00001");
    body["trade_type"] = "JSAPI".into();
    assert_eq!(send(&mut world, "v2/pay/unifiedorder", body.clone()).unwrap_err().code, "PARAM_ERROR");
    body["openid"] = openids::openid("wx0000000000000002", &world.payers["alice"]).into();
    assert_eq!(send(&mut world, "v2/pay/unifiedorder", body.clone()).unwrap_err().code, "PARAM_ERROR");
    body["openid"] = openids::openid("wx0000000000000001", &world.payers["bob"]).into();
    assert!(fields(send(&mut world, "v2/pay/unifiedorder", body))["prepay_id"].is_string());
    let paid = control(&mut world, NOW, "POST", "orders/A-00001/pay", json!({})).unwrap();
    assert_eq!(paid["payer"]["name"], "bob");
}

#[test]
fn a_number_that_nobody_used_is_burnt_or_unknown_by_rule() {
    let mut world = world();
    send(&mut world, "v2/pay/closeorder", numbered("B-00001")).unwrap();
    assert_eq!(send(&mut world, "v2/pay/unifiedorder", order("B-00001")).unwrap_err().code, "OUT_TRADE_NO_USED");
    world.rules.set("close.unknown", Some(404.into()));
    assert_eq!(send(&mut world, "v2/pay/closeorder", numbered("B-00002")).unwrap_err().code, "ORDERNOTEXIST");
    send(&mut world, "v2/pay/unifiedorder", order("B-00002")).unwrap();
}

#[test]
fn a_partners_order_is_found_for_its_sub_merchant_alone() {
    const P: &str = "1900000010";
    let mut world = world();
    let with = |mut body: Value, sub: &str| {
        body["mch_id"] = P.into();
        body["sub_mch_id"] = sub.into();
        body
    };
    let mut send = |path: &str, body: Value| calls(&mut world, NOW, call(P, "POST", path, body));
    send("v2/pay/unifiedorder", with(order("A-00001"), "1900000011")).unwrap();
    for path in ["v2/pay/orderquery", "v2/pay/closeorder"] {
        assert_eq!(send(path, with(numbered("A-00001"), "1900000012")).unwrap_err().code, "ORDERNOTEXIST", "{path}");
        send(path, with(numbered("A-00001"), "1900000011")).unwrap();
    }
}

#[test]
fn each_code_of_micropay_and_reverse() {
    let mut world = world();
    let charge = |number: &str, total: &str| {
        let mut charge = order(number);
        charge["auth_code"] = "130000000000000001".into();
        charge["total_fee"] = total.into();
        charge
    };
    let code = |world: &mut World, path: &str, body: Value| send(world, path, body).unwrap_err().code;
    assert_eq!(code(&mut world, "v2/pay/micropay", order("A-00001")), "LACK_PARAMS");
    assert_eq!(code(&mut world, "v2/pay/micropay", charge("A-00001", "0")), "PARAM_ERROR");
    assert_eq!(code(&mut world, "v2/pay/micropay", charge("A-00001", "100001")), "USERPAYING");
    assert_eq!(code(&mut world, "v2/pay/closeorder", numbered("A-00001")), "SYSTEMERROR");
    let waiting = fields(send(&mut world, "v2/pay/orderquery", numbered("A-00001")));
    assert_eq!(waiting["trade_state"], "USERPAYING");
    assert_eq!(code(&mut world, "v2/pay/micropay", charge("A-00001", "100002")), "OUT_TRADE_NO_USED");
    send(&mut world, "v2/secapi/pay/reverse", numbered("A-00001")).unwrap();
    assert_eq!(code(&mut world, "v2/pay/micropay", charge("A-00001", "100001")), "ORDERREVERSED");
    assert_eq!(code(&mut world, "v2/secapi/pay/reverse", numbered("B-00001")), "ORDERNOTEXIST");
    send(&mut world, "v2/pay/unifiedorder", order("A-00002")).unwrap();
    assert_eq!(code(&mut world, "v2/secapi/pay/reverse", numbered("A-00002")), "TRADE_STATE_ERROR");
}
