//! Examples of requests, answers and notifications.

#![cfg(feature = "data")]
#![allow(missing_docs)]

use serde_json::{Value, json};
use wechatpay_catalog::{
    Encryption, Field, Fields, Part, Protocol, Text, notification, notifications, operation, operations,
};

/// Whether every listed member is in the value; of alternatives the first.
fn is_complete(fields: Fields, value: &Value) -> bool {
    fields.iter().all(|field| {
        let first = fields.get(field.name()) == Some(field);
        !first || value.get(numbered(field)).is_some_and(|value| is_filled(field, value))
    })
}

fn numbered(field: Field) -> String {
    field.name().replace("$n", "0").replace("$m", "0")
}

fn is_filled(field: Field, value: &Value) -> bool {
    let parsed = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    match (value, field.text()) {
        (Value::Array(items), _) => items.len() == 1 && is_filled_one(field, &items[0]),
        (_, Some(Text::Object | Text::AnyJson)) => parsed.is_some_and(|value| is_complete(field.fields(), &value)),
        (_, Some(Text::Objects)) => parsed.is_some_and(|value| is_complete(field.fields(), &value[0])),
        _ => is_filled_one(field, value),
    }
}

fn is_filled_one(field: Field, value: &Value) -> bool {
    !value.is_object() || is_complete(field.fields(), value)
}

#[test]
fn examples_of_all_operations_pass_their_own_checks_and_have_every_member() {
    for known in operations() {
        let example = known.example_request();
        assert_eq!(known.check_request(example.query(), example.body()), [], "{known:?}");
        assert_eq!(known.check_response(&known.example_response()), [], "{known:?}");
        assert_eq!(operation(known.method(), example.path()), Some(known.alias_of().unwrap_or(known)));
        assert!(!example.path().contains(['{', '}']) && !example.path().starts_with('/'), "{}", example.path());
        assert!(is_complete(known.fields(Part::Query), example.query()), "{known:?}");
        for part in [Part::Json, Part::Xml, Part::Form] {
            assert!(is_complete(known.fields(part), example.body()), "{known:?}");
        }
        let answer = known.example_response();
        assert!(is_complete(known.fields(Part::Answer), &answer), "{known:?}");
        assert_eq!(answer.is_null(), !known.has_answer());
        assert_eq!(example.query().is_null(), known.fields(Part::Query).is_empty());
        assert_eq!((known.example_request(), known.example_response()), (example, answer));
    }
}

#[test]
fn of_apiv2_everything_is_a_text() {
    for known in operations().filter(|known| known.protocol() == Protocol::V2) {
        let (request, answer) = (known.example_request(), known.example_response());
        let body = if known.is_upload() { &Value::Null } else { request.body() };
        for value in [body, &answer].into_iter().filter_map(Value::as_object).flat_map(|members| members.values()) {
            assert!(value.is_string(), "{known:?} {value}");
        }
    }
}

#[test]
fn values_are_what_their_names_say() {
    let example = |method: &str, path: &str| operation(method, path).expect("in the catalogue").example_request();
    let native = example("POST", "v3/pay/transactions/native");
    let body = native.body();
    assert_eq!(body["mchid"], "1900000001");
    assert_eq!(body["amount"]["total"], 1);
    assert_eq!(body["description"], "description");
    let number = body["out_trade_no"].as_str().expect("a text");
    assert!(number.len() >= 6 && number.len() <= 32 && number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    assert_eq!(body["settle_info"]["profit_sharing"], false);
    assert_eq!(body["detail"]["goods_detail"].as_array().map(Vec::len), Some(1));
    let bill = example("GET", "v3/bill/tradebill");
    assert_eq!(
        bill.query(),
        &json!({ "bill_date": "2026-01-02", "bill_type": "ALL", "sub_mchid": "1900000001", "tar_type": "GZIP" })
    );
    assert!(bill.body().is_null());
    let paid = operation("GET", "v3/pay/transactions/id/1").expect("in the catalogue").example_response();
    assert_eq!(paid["success_time"], "2026-01-02T15:04:05+08:00");
    assert_eq!(
        example("GET", "v3/pay/transactions/id/{transaction_id}").path(),
        "v3/pay/transactions/id/4200000000202601020000000001"
    );
}

#[test]
fn notifications_have_their_members() {
    assert_eq!(notifications().len(), 112);
    let of = |protocol| notifications().filter(|notice| notice.protocol() == protocol).count();
    assert_eq!((of(Protocol::V2), of(Protocol::V3)), (10, 102));
    for notice in notifications() {
        assert_eq!(notification(notice.protocol(), notice.event_type()), Some(notice));
        let resource = notice.example_resource();
        assert_eq!(resource.is_null(), notice.resource().is_empty(), "{notice:?}");
        assert!(is_complete(notice.resource(), &resource), "{notice:?}");
        assert!(!notice.body().is_empty() && !notice.reply().is_empty() && !notice.title().is_empty());
    }
    let both = ["TRANSACTION.SUCCESS", "TRANSACTION.FAIL"]
        .map(|event| (notification(Protocol::V2, event).is_some(), notification(Protocol::V3, event).is_some()));
    assert_eq!(both, [(true, true); 2]);
    assert_eq!(notification(Protocol::V3, "transaction.success"), None);
    assert_eq!(notification(Protocol::V2, "REFUND.SUCCESS"), None);
    let paid = notification(Protocol::V3, "TRANSACTION.SUCCESS").expect("in the catalogue");
    assert_eq!(paid.doc(), "https://wechatpay.im/webhook/v3/TRANSACTION.SUCCESS");
    let resource = paid.body().get("resource").map(Field::fields).expect("an envelope");
    assert_eq!(resource.get("ciphertext").and_then(Field::encryption), Some(Encryption::AesGcm));
    let refunded = notification(Protocol::V2, "refund-processed").expect("in the catalogue");
    assert_eq!(refunded.body().get("req_info").and_then(Field::encryption), Some(Encryption::AesEcb));
    assert_eq!(refunded.example_resource()["refund_status"], "SUCCESS");
}
