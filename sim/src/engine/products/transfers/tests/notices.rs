//! Who is told of a transfer's end.

use super::*;

/// Resource of the only notice; it is what the catalogue describes.
fn told(world: &World) -> Value {
    let notices: Vec<_> = world.notices.iter().collect();
    assert_eq!(notices.len(), 1);
    let notice = notices[0];
    assert_eq!(
        (notice.event_type.as_str(), notice.original_type.as_str()),
        ("MCHTRANSFER.BILL.FINISHED", "mch_payment")
    );
    assert_eq!((notice.summary.as_str(), &*notice.url), ("商家转账单据终态通知", "http://127.0.0.1:3000/transfer"));
    let resource: Value = serde_json::from_str(&notice.resource.text()).unwrap();
    let known = wechatpay_catalog::notification(wechatpay_catalog::Protocol::V3, &notice.event_type).unwrap();
    let strange = resource.as_object().unwrap().keys().find(|name| known.resource().get(name).is_none());
    assert_eq!(strange, None);
    let is_due = |field: &wechatpay_catalog::Field| field.required() == wechatpay_catalog::Required::Yes;
    let missing = known.resource().iter().filter(is_due).find(|field| resource.get(field.name()).is_none());
    assert_eq!(missing.map(wechatpay_catalog::Field::name), None);
    resource
}

#[test]
fn success_is_told() {
    let mut world = world();
    let made = create(&mut world, "T1", 5_000);
    confirm(&mut world, "T1");
    assert_eq!(world.notices.iter().count(), 0, "a transfer on its way tells nothing");
    testing::until(&mut world, NOW.plus_seconds(1));
    let expected = json!({
        "out_bill_no": "T1", "transfer_bill_no": made["transfer_bill_no"], "state": "SUCCESS", "mch_id": MERCHANT,
        "transfer_amount": 5_000, "openid": openids::openid(APPID, &world.payers["alice"]),
        "create_time": NOW.to_string(), "update_time": NOW.plus_seconds(1).to_string(),
    });
    assert_eq!(told(&world), expected);
}

#[test]
fn failure_overdue_and_cancellation_are_told_with_their_reasons() {
    let mut world = world();
    create(&mut world, "T1", 5_000);
    testing::until(&mut world, NOW.plus_seconds(DAY));
    let resource = told(&world);
    assert_eq!((&resource["state"], &resource["fail_reason"]), (&json!("FAIL"), &json!("OVERDUE_CLOSE")));

    let mut world = self::world();
    create(&mut world, "T1", 5_000);
    fields(cancel(&mut world, NOW, "T1"));
    assert_eq!(world.notices.iter().count(), 0);
    testing::until(&mut world, NOW.plus_seconds(1));
    let resource = told(&world);
    assert_eq!((&resource["state"], &resource["fail_reason"]), (&json!("CANCELLED"), &json!("MCH_CANCEL")));
}

#[test]
fn without_an_address_nobody_is_told() {
    let mut world = world();
    let mut body = body(&world, "T1", 5_000, json!({}));
    body.as_object_mut().unwrap().remove("notify_url");
    fields(testing::calls(&mut world, NOW, testing::call(MERCHANT, "POST", BILLS, body)));
    confirm(&mut world, "T1");
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!((state(&world, "T1").0, world.notices.iter().count()), ("SUCCESS", 0));
}
