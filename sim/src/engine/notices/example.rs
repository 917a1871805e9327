//! An example of what a notification tells, for those that no product makes.

use serde_json::{Map, Value};
use wechatpay_catalog::{Field, Notification, Protocol};

use super::super::time::Time;

/// The resource of an event, always the same but for the merchant's number and the time. Of APIv2 the members of the XML, what is to be sealed as an
/// object.
pub(crate) fn example(known: Notification, mchid: &str, now: Time) -> Value {
    let mut members = match (known.protocol(), known.example_resource()) {
        (Protocol::V2, inner) => document(known, &inner),
        (_, Value::Object(members)) => members,
        _ => Map::new(),
    };
    for name in ["mchid", "mch_id", "sp_mchid", "combine_mchid", "combine_mch_id"] {
        if let Some(value) = members.get_mut(name) {
            *value = mchid.into();
        }
    }
    let mut example = Value::Object(members);
    set_times(&mut example, now);
    example
}

/// Every time is now.
fn set_times(value: &mut Value, now: Time) {
    match value {
        Value::String(text) if Time::parse(text).is_some() => *text = now.to_string(),
        Value::Array(items) => items.iter_mut().for_each(|item| set_times(item, now)),
        Value::Object(members) => members.values_mut().for_each(|member| set_times(member, now)),
        _ => {}
    }
}

/// The members of an XML document besides those that its sender adds.
fn document(known: Notification, inner: &Value) -> Map<String, Value> {
    let added = ["nonce_str", "sign", "sign_type"];
    let fields = known.body().iter().filter(|field| !added.contains(&field.name()) && !field.name().contains('$'));
    fields.map(|field| (field.name().to_owned(), text(field, inner))).collect()
}

fn text(field: Field, inner: &Value) -> Value {
    match field.name() {
        "req_info" | "event_ciphertext" => inner.clone(),
        "return_code" | "result_code" => "SUCCESS".into(),
        "return_msg" | "result_msg" => "OK".into(),
        "algorithm" => "HMAC-SHA256".into(),
        _ if !field.fields().is_empty() => "{}".into(),
        name if name.ends_with("_fee") || name.ends_with("_count") => "1".into(),
        name if name.ends_with("_no") || name == "transaction_id" => "4200000000202601020000000001".into(),
        name if name.ends_with("appid") => "wx0000000000000001".into(),
        "time_end" => "20260102150405".into(),
        name => field.values().next().unwrap_or(name).into(),
    }
}

#[cfg(test)]
mod tests {
    use wechatpay_catalog::{notification, notifications};

    use super::*;

    const NOW: Time = Time::from_millis(1_800_000_000_000);

    #[test]
    fn every_notification_has_one() {
        for known in notifications() {
            let example = example(known, "1900000001", NOW);
            assert!(example.is_object(), "{}", known.event_type());
            assert_eq!(example, super::example(known, "1900000001", NOW));
        }
        let mut of_v2 = notifications().filter(|known| known.protocol() == Protocol::V2);
        assert!(of_v2.all(|known| !example(known, "1", NOW).as_object().unwrap().is_empty()));
    }

    #[test]
    fn they_name_the_merchant_and_the_time() {
        let paid = example(notification(Protocol::V3, "TRANSACTION.SUCCESS").unwrap(), "1900000002", NOW);
        assert_eq!((&paid["sp_mchid"], &paid["success_time"]), (&"1900000002".into(), &NOW.to_string().into()));
        let refunded = example(notification(Protocol::V2, "refund-processed").unwrap(), "1900000002", NOW);
        assert_eq!(
            (&refunded["mch_id"], &refunded["req_info"]["refund_status"]),
            (&"1900000002".into(), &"SUCCESS".into())
        );
        assert!(refunded.get("sign").is_none() && refunded.get("nonce_str").is_none());
    }
}
