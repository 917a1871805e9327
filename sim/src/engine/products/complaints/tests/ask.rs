//! The list, one complaint, and its history.

use serde_json::{Value, json};

use super::acts::{
    LIST, M, P, S1, complain, complained, fields, get, history, one, paid, place, place_partners, refusal, respond,
};
use crate::engine::testing::{NOW, call, calls, until, world};
use crate::engine::world::World;

/// The ids of a list, and how many there are in all.
fn ids(world: &mut World, mchid: &str, query: &str) -> (Vec<String>, Option<u64>) {
    let list = fields(get(world, mchid, &format!("{LIST}?{query}")));
    let ids = list["data"].as_array().unwrap().iter().map(|item| item["complaint_id"].as_str().unwrap().to_owned());
    (ids.collect(), list["total_count"].as_u64())
}

const TODAY: &str = "begin_date=2026-11-25&end_date=2026-11-25";

#[test]
fn one_has_what_the_catalogue_says() {
    let mut world = paid("A-00001");
    let body = json!({"order": "A-00001", "text": "wet", "phone": "13900000000", "images": 1});
    let id = complain(&mut world, NOW, body);
    let shown = one(&mut world, &id);
    let order = world.orders.by_number(M, "A-00001").unwrap();
    let expected = json!({
        "complaint_id": id, "complaint_time": "2026-11-25T10:00:00+08:00", "complaint_detail": "wet",
        "complaint_state": "PENDING", "complainted_mchid": M, "payer_phone": "13900000000",
        "payer_openid": order.openid, "complaint_full_refunded": false, "incoming_user_response": false,
        "problem_description": "商品或服务与描述不符", "problem_type": "OTHERS", "user_complaint_times": 1,
        "complaint_order_info": [{"transaction_id": order.transaction_id, "out_trade_no": "A-00001", "amount": 100}],
        "complaint_media_list": shown["complaint_media_list"],
    });
    assert_eq!(shown, expected);
    assert!(id.starts_with("200201820261125") && id.len() == 27);
    respond(&mut world, &id).unwrap();
    for path in [format!("{LIST}/{id}"), format!("{LIST}/{id}/negotiation-historys"), format!("{LIST}?{TODAY}")] {
        let operation = wechatpay_catalog::operation("GET", path.split('?').next().unwrap()).unwrap();
        let answer = fields(get(&mut world, M, &path));
        assert_eq!(operation.check_response(&answer), [], "{answer}");
    }
}

#[test]
fn the_list_has_the_newest_first_page_by_page() {
    let mut world = paid("A-00001");
    let made: Vec<String> = (0..12).map(|_| complain(&mut world, NOW, json!({"order": "A-00001"}))).collect();
    let newest: Vec<String> = made.into_iter().rev().collect();
    assert_eq!(ids(&mut world, M, TODAY), (newest[..10].to_vec(), Some(12)));
    assert_eq!(ids(&mut world, M, &format!("{TODAY}&limit=50")), (newest.clone(), Some(12)));
    assert_eq!(ids(&mut world, M, &format!("{TODAY}&limit=5&offset=10")), (newest[10..].to_vec(), None));
    assert_eq!(ids(&mut world, M, &format!("{TODAY}&offset=12")), (vec![], None));
}

#[test]
fn the_list_is_of_days_at_most_30_apart() {
    let mut world = paid("A-00001");
    let today = complain(&mut world, NOW, json!({"order": "A-00001"}));
    let later = NOW.plus_seconds(2 * 86400);
    until(&mut world, later);
    let later = complain(&mut world, later, json!({"order": "A-00001"}));
    let mut of = |begin: &str, end: &str| ids(&mut world, M, &format!("begin_date={begin}&end_date={end}")).0;
    assert_eq!(of("2026-11-25", "2026-11-26"), std::slice::from_ref(&today));
    assert_eq!(of("2026-11-26", "2026-11-27"), std::slice::from_ref(&later));
    assert_eq!(of("2026-10-28", "2026-11-27"), [later, today]);
    let refused =
        |world: &mut World, query: &str| get(world, M, &format!("{LIST}?{query}")).unwrap_err().detail.unwrap();
    for (query, field) in [
        ("begin_date=2026-10-27&end_date=2026-11-27", "/end_date"),
        ("begin_date=2026-11-27&end_date=2026-11-26", "/end_date"),
        ("begin_date=2026-11-31&end_date=2026-11-26", "/begin_date"),
        ("begin_date=2026-11-25&end_date=20261126", "/end_date"),
        ("begin_date=2026-11-25&end_date=2026-11-26&limit=0", "/limit"),
        ("begin_date=2026-11-25&end_date=2026-11-26&limit=51", "/limit"),
        ("begin_date=2026-11-25&end_date=2026-11-26&offset=-1", "/offset"),
    ] {
        assert_eq!(refused(&mut world, query)["field"], field, "{query}");
    }
    world.rules.set("complaint.days", Some(json!(31)));
    assert!(get(&mut world, M, &format!("{LIST}?begin_date=2026-10-27&end_date=2026-11-27")).is_ok());
}

#[test]
fn a_partner_sees_those_of_all_its_sub_merchants() {
    let mut world = world();
    place_partners(&mut world, "A-00001");
    let id = complain(&mut world, NOW, json!({"order": "A-00001"}));
    for (mchid, filter, expected) in [
        (P, "", 1),
        (S1, "", 1),
        (M, "", 0),
        (P, "&complainted_mchid=1900000011", 1),
        (P, "&complainted_mchid=1900000012", 0),
    ] {
        assert_eq!(ids(&mut world, mchid, &format!("{TODAY}{filter}")).0.len(), expected, "{mchid}{filter}");
    }
    let path = format!("{LIST}/{id}");
    assert_eq!(fields(get(&mut world, P, &path))["complainted_mchid"], S1);
    assert_eq!(refusal(get(&mut world, M, &path)), (404, "RESOURCE_NOT_EXISTS".to_owned()));
    assert_eq!(refusal(get(&mut world, M, &format!("{path}/negotiation-historys"))).0, 404);
}

#[test]
fn an_unknown_complaint_is_refused_by_rule() {
    let (mut world, id) = complained();
    let path = format!("{LIST}/{id}0");
    assert_eq!(refusal(get(&mut world, M, &path)), (404, "RESOURCE_NOT_EXISTS".to_owned()));
    world.rules.set("complaint.unknown", Some(json!({"status": 400, "code": "X"})));
    assert_eq!(refusal(get(&mut world, M, &path)), (400, "X".to_owned()));
}

#[test]
fn the_history_has_what_was_said_the_oldest_first() {
    let (mut world, id) = complained();
    respond(&mut world, &id).unwrap();
    let shown = history(&mut world, &id);
    let lines = shown["data"].as_array().unwrap();
    let of = |name: &str| lines.iter().map(|line| line[name].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("operate_type"), ["USER_CREATE_COMPLAINT", "MERCHANT_RESPONSE"]);
    assert_eq!(of("operator"), ["投诉人", "商户"]);
    assert_eq!(of("operate_details"), ["wet", "a dry one is on its way"]);
    assert_eq!((&shown["limit"], &shown["offset"], &shown["total_count"]), (&json!(100), &json!(0), &json!(2)));
    let path = format!("{LIST}/{id}/negotiation-historys?limit=1&offset=1");
    let page = fields(get(&mut world, M, &path));
    assert_eq!((page["data"].as_array().unwrap().len(), &page["total_count"]), (1, &Value::Null));
    for limit in ["0", "301", "x"] {
        let path = format!("{LIST}/{id}/negotiation-historys?limit={limit}");
        assert_eq!(refusal(get(&mut world, M, &path)), (400, "PARAM_ERROR".to_owned()), "{limit}");
    }
}

#[test]
fn an_order_that_is_wholly_refunded_is_said_to_be() {
    let (mut world, id) = complained();
    place(&mut world, "A-00002");
    let mut refund = |number: &str, amount: i64| {
        let body = json!({
            "out_trade_no": "A-00001", "out_refund_no": number,
            "amount": {"refund": amount, "total": 100, "currency": "CNY"},
        });
        calls(&mut world, NOW, call(M, "POST", "v3/refund/domestic/refunds", body)).unwrap();
        let before = one(&mut world, &id)["complaint_full_refunded"].clone();
        until(&mut world, NOW.plus_seconds(3));
        (before, one(&mut world, &id)["complaint_full_refunded"].clone())
    };
    assert_eq!(refund("R-1", 40), (json!(false), json!(false)));
    assert_eq!(refund("R-2", 60), (json!(false), json!(true)));
}
