//! Who is told of a refund's end, and in which version's words.

use super::super::super::super::call::Version;
use super::*;

/// Event, version, address and resource of the only notice.
fn told(world: &World) -> (String, Version, String, Value) {
    let notices: Vec<_> = world.notices.iter().collect();
    assert_eq!(notices.len(), 1);
    let notice = notices[0];
    let resource = serde_json::from_str(&notice.resource.text()).unwrap();
    (notice.event_type.to_string(), notice.version, notice.url.to_string(), resource)
}

#[test]
fn each_end_is_told_to_the_requests_address() {
    for status in ["SUCCESS", "CLOSED", "ABNORMAL"] {
        let mut world = world();
        refund(&mut world, "R1", 5_000);
        assert_eq!(world.notices.iter().count(), 0, "a refund on its way tells nothing");
        ends(&mut world, "R1", status);
        let (event, version, url, resource) = told(&world);
        assert_eq!(
            (event, version, url.as_str()),
            (format!("REFUND.{status}"), Version::V3, "http://127.0.0.1:3000/refund")
        );
        let made = world.refunds.by_number(MERCHANT, "R1").unwrap();
        assert_eq!(resource["refund_status"], status);
        assert_eq!((&resource["mchid"], &resource["refund_id"]), (&json!(MERCHANT), &json!(made.refund_id)));
        let amount = json!({"total": 10_000, "refund": 5_000, "payer_total": 10_000, "payer_refund": 5_000});
        assert_eq!(resource["amount"], amount);
        assert_eq!(resource.get("success_time").is_some(), status == "SUCCESS");
    }
}

#[test]
fn a_partners_notice_names_both() {
    let mut world = testing::world();
    order(&mut world, json!({"mchid": PARTNER, "sub_mchid": SUB}));
    let call = testing::call(PARTNER, "POST", REFUNDS, body("R1", 1, json!({"sub_mchid": SUB})));
    fields(testing::calls(&mut world, NOW, call));
    ends(&mut world, "R1", "SUCCESS");
    let (_, _, _, resource) = told(&world);
    assert_eq!((&resource["sp_mchid"], &resource["sub_mchid"]), (&json!(PARTNER), &json!(SUB)));
    assert!(resource.get("mchid").is_none());
}

#[test]
fn without_an_address_the_merchants_own_is_told_in_v2() {
    let mut world = world();
    world.merchants.get_mut(MERCHANT).unwrap().refund_notify_url = Some("http://127.0.0.1:3000/v2".to_owned());
    let mut body = body("R1", 5_000, json!({}));
    body.as_object_mut().unwrap().remove("notify_url");
    fields(testing::calls(&mut world, NOW, post(body)));
    ends(&mut world, "R1", "SUCCESS");
    let (_, version, url, members) = told(&world);
    assert_eq!((version, url.as_str()), (Version::V2, "http://127.0.0.1:3000/v2"));
    assert_eq!((&members["return_code"], &members["mch_id"]), (&json!("SUCCESS"), &json!(MERCHANT)));
    let info = &members["req_info"];
    assert_eq!((&info["out_refund_no"], &info["refund_status"]), (&json!("R1"), &json!("SUCCESS")));
    assert_eq!((&info["refund_fee"], &info["success_time"]), (&json!("5000"), &json!("2026-11-25 10:00:00")));
    assert_eq!(info["refund_request_source"], "API");
}

#[test]
fn v2_has_its_own_words_for_closed_and_abnormal() {
    for (status, word) in [("CLOSED", "REFUNDCLOSE"), ("ABNORMAL", "CHANGE")] {
        let mut world = world();
        world.merchants.get_mut(MERCHANT).unwrap().refund_notify_url = Some("http://127.0.0.1:3000/v2".to_owned());
        testing::control(&mut world, NOW, "POST", "orders/A00001/refund", json!({"refund": 100})).unwrap();
        let id = world.refunds.iter().next().unwrap().id.clone();
        ends(&mut world, &id, status);
        assert_eq!(told(&world).3["req_info"]["refund_status"], word);
        assert_eq!(told(&world).3["req_info"]["refund_request_source"], "VENDOR_PLATFORM");
    }
}

#[test]
fn without_any_address_nobody_is_told() {
    let mut world = world();
    let mut body = body("R1", 5_000, json!({}));
    body.as_object_mut().unwrap().remove("notify_url");
    fields(testing::calls(&mut world, NOW, post(body)));
    ends(&mut world, "R1", "SUCCESS");
    assert_eq!(world.notices.iter().count(), 0);
}

#[test]
fn abnormal_then_success_is_told_twice() {
    let mut world = world();
    refund(&mut world, "R1", 5_000);
    ends(&mut world, "R1", "ABNORMAL");
    let refund_id = world.refunds.by_number(MERCHANT, "R1").unwrap().refund_id.clone();
    let path = format!("{REFUNDS}/{refund_id}/apply-abnormal-refund");
    let body = json!({"out_refund_no": "R1", "type": "MERCHANT_BANK_CARD"});
    fields(testing::calls(&mut world, NOW, testing::call(MERCHANT, "POST", &path, body)));
    ends(&mut world, "R1", "SUCCESS");
    let events: Vec<&str> = world.notices.iter().map(|notice| notice.event_type.as_str()).collect();
    assert_eq!(events, ["REFUND.ABNORMAL", "REFUND.SUCCESS"]);
}
