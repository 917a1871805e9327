//! What the control interface shows of combined orders, and what it does to them.

use serde_json::{Value, json};

use super::acts::{APP, M, M2, native, order, paid, pay, placed, states, sub, transaction_id};
use crate::engine::testing::{NOW, control, world};
use crate::engine::world::World;

fn get(world: &mut World, path: &str) -> Value {
    control(world, NOW, "GET", path, Value::Null).unwrap()
}

#[test]
fn a_combined_order_has_the_members_of_an_order_and_its_sub_orders() {
    let mut world = placed("C-00001");
    let shown = get(&mut world, "orders/C-00001");
    let expected = json!({
        "id": "ord_1", "kind": "combined", "version": "v3", "mchid": M, "sub_mchid": null, "appid": APP,
        "trade_type": "NATIVE", "out_trade_no": "C-00001", "transaction_id": null, "state": "NOTPAY", "total": 300,
        "payer_total": null, "currency": "CNY", "description": "book C-00001-1", "attach": null,
        "notify_url": "http://127.0.0.1:9/paid", "created_at": "2026-11-25T10:00:00+08:00",
        "expires_at": "2026-12-02T10:00:00+08:00", "paid_at": null, "closed_at": null, "closed_by": null, "payer": null,
        "credential": shown["credential"], "refunded": 0, "attempts": [],
        "profit_sharing": {"frozen": 0, "shared": 0, "unsplit": 0, "ended": false},
        "refs": {"refunds": [], "sharings": [], "notices": [], "calls": []}, "sub_orders": shown["sub_orders"],
    });
    assert_eq!(shown, expected);
    let subs = shown["sub_orders"].as_array().unwrap();
    let of = |name: &str| subs.iter().map(|sub| sub[name].clone()).collect::<Vec<_>>();
    assert_eq!((of("kind"), of("total")), (vec!["order".into(); 2], vec![100.into(), 200.into()]));
    assert_eq!(
        (of("mchid"), of("out_trade_no")),
        (vec![M.into(), M2.into()], vec!["C-00001-1".into(), "C-00001-2".into()])
    );
    assert_eq!(of("credential"), [Value::Null, Value::Null]);
    assert_eq!(get(&mut world, &format!("orders/{}", subs[1]["id"].as_str().unwrap())), subs[1]);
}

#[test]
fn it_is_found_by_each_of_its_numbers() {
    let mut world = paid("C-00001");
    let whole = get(&mut world, "orders/C-00001");
    let code = whole["credential"]["value"].as_str().unwrap().rsplit('=').next().unwrap().to_owned();
    assert_eq!(get(&mut world, &format!("orders/{code}")), whole);
    let id = transaction_id(&world, M2, "C-00001-2");
    assert_eq!(get(&mut world, &format!("orders/{id}"))["out_trade_no"], "C-00001-2");
    // A sub-order may have the combined order's number: the whole is meant then.
    let mut same = order("C-00002");
    same["sub_orders"] = json!([sub(M, "C-00002", 1), sub(M2, "C-00002", 2)]);
    native(&mut world, NOW, same).unwrap();
    assert_eq!(get(&mut world, "orders/C-00002")["kind"], "combined");
    // The number of an order that has nothing to do with it is another matter.
    let mut other = order("C-00003");
    other["sub_orders"] = json!([sub(M, "C-00001", 1), sub(M2, "C-00003-2", 2)]);
    native(&mut world, NOW, other).unwrap();
    let several = control(&mut world, NOW, "GET", "orders/C-00001", Value::Null).unwrap_err();
    assert_eq!(several.code, "AMBIGUOUS");
}

#[test]
fn a_list_has_it_once_whichever_number_or_merchant_is_looked_for() {
    let mut world = placed("C-00001");
    native(&mut world, NOW, order("C-00002")).unwrap();
    let mut numbers = |query: &str| -> Vec<String> {
        let list = get(&mut world, &format!("orders{query}"));
        list["items"].as_array().unwrap().iter().map(|item| item["out_trade_no"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(numbers(""), ["C-00002", "C-00001"]);
    assert_eq!(numbers("?out_trade_no=C-00001-2"), ["C-00001"]);
    assert_eq!(numbers("?out_trade_no=C-00001"), ["C-00001"]);
    assert_eq!(numbers(&format!("?mchid={M2}")), ["C-00002", "C-00001"]);
    assert!(numbers("?mchid=1900000011").is_empty() && numbers("?state=SUCCESS").is_empty());
}

#[test]
fn a_sub_order_is_not_paid_closed_or_opened_by_itself() {
    let mut world = placed("C-00001");
    for (action, body) in
        [("pay", json!({})), ("scan", json!({"payer": "bob"})), ("close", json!({})), ("expire", json!({}))]
    {
        let error = control(&mut world, NOW, "POST", &format!("orders/C-00001-1/{action}"), body).unwrap_err();
        assert_eq!((error.code, error.hint.as_deref()), ("STATE", Some("the combined order is ord_1")), "{action}");
    }
    assert_eq!(states(&mut world, NOW, "C-00001"), ["NOTPAY"; 3]);
}

#[test]
fn closing_expiring_and_scanning_are_of_the_whole() {
    let mut world = placed("C-00001");
    control(&mut world, NOW, "POST", "orders/C-00001/scan", json!({"payer": "alice"})).unwrap();
    let other = control(&mut world, NOW, "POST", "orders/C-00001/pay", json!({"payer": "bob"})).unwrap_err();
    assert_eq!((other.code, other.message.as_str()), ("PAYER_MISMATCH", "商家订单信息有误，请重新下单支付"));
    control(&mut world, NOW, "POST", "orders/C-00001/expire", json!({})).unwrap();
    let late = control(&mut world, NOW, "POST", "orders/C-00001/pay", json!({})).unwrap_err();
    assert_eq!((late.code, late.message.as_str()), ("EXPIRED", "支付请求已失效"));
    let closed = control(&mut world, NOW, "POST", "orders/C-00001/close", json!({"by": "wechat"})).unwrap();
    assert_eq!(
        (closed["closed_by"].as_str(), closed["sub_orders"][1]["closed_by"].as_str()),
        (Some("wechat"), Some("wechat"))
    );
    assert_eq!(states(&mut world, NOW, "C-00001"), ["CLOSED"; 3]);
}

#[test]
fn the_merchant_platform_refunds_sub_orders() {
    let mut world = paid("C-00001");
    let whole = control(&mut world, NOW, "POST", "orders/C-00001/refund", json!({"refund": 1})).unwrap_err();
    assert_eq!((whole.code, whole.hint.as_deref()), ("STATE", Some("one of ord_2, ord_3")));
    let refund = control(&mut world, NOW, "POST", "orders/C-00001-2/refund", json!({"refund": 50})).unwrap();
    let shown = get(&mut world, "orders/C-00001");
    assert_eq!((&shown["refunded"], &shown["refs"]["refunds"]), (&json!(50), &json!([refund["id"]])));
    assert_eq!(
        (shown["sub_orders"][0]["refunded"].as_i64(), shown["sub_orders"][1]["refunded"].as_i64()),
        (Some(0), Some(50))
    );
}

#[test]
fn a_merchant_of_a_sub_order_is_not_removed() {
    let mut world = placed("C-00001");
    let error = control(&mut world, NOW, "DELETE", &format!("merchants/{M2}"), Value::Null);
    assert!(error.is_err());
}

#[test]
fn pay_shows_who_paid_and_what() {
    let mut world = world();
    native(&mut world, NOW, order("C-00001")).unwrap();
    let shown = pay(&mut world, NOW, "C-00001", json!({"payer": "bob", "coupon": {"amount": 30, "type": "CASH"}}));
    assert_eq!((shown["payer_total"].as_i64(), shown["payer"]["name"].as_str()), (Some(270), Some("bob")));
    assert_eq!(shown["refs"]["notices"].as_array().unwrap().len(), 1);
    let totals: Vec<_> = shown["sub_orders"].as_array().unwrap().iter().map(|sub| sub["payer_total"].clone()).collect();
    assert_eq!(totals, [90, 180]);
}
