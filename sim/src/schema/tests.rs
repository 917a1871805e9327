//! Every kind of finding, in the gateway's words; and every endpoint of the catalogue with a body.

use serde_json::{Value, json};
use wechatpay_catalog::{Field, Kind, Operation, Part, Protocol, Required, operation, operations};

use super::check::{Sent, check};
use super::document::parse;
use crate::engine::answer::{Refusal, Warning};
use crate::engine::rules::Rules;

const NATIVE: &str = "v3/pay/transactions/native";

fn order() -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "a book", "out_trade_no": "A-10001",
        "notify_url": "https://shop.example/paid", "amount": {"total": 100, "currency": "CNY"},
    })
}

fn looked_at(
    method: &str,
    path: &str,
    query: &[(String, String)],
    body: &str,
    rules: &Rules,
) -> Result<Vec<Warning>, Refusal> {
    let operation = operation(method, path).unwrap();
    let document = parse(body.as_bytes())?;
    check(Sent { operation, query, document: &document }, rules)
}

fn native(body: &Value) -> Result<Vec<Warning>, Refusal> {
    looked_at("POST", NATIVE, &[], &body.to_string(), &Rules::default())
}

/// The order with a member changed; null takes it away.
fn with(pointer: &str, value: Value) -> Value {
    let mut order = order();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let object = order.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => _ = object.remove(name),
        value => _ = object.insert(name.to_owned(), value),
    }
    order
}

#[test]
fn a_right_order_passes() {
    assert_eq!(native(&order()), Ok(Vec::new()));
}

#[test]
fn unknown_members_are_all_named() {
    let mut wrong = with("/openid", json!("x"));
    wrong["amount"]["totl"] = json!(1);
    let refusal = native(&wrong).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.internal), ("PARAM_ERROR", 270_924_358));
    assert_eq!(refusal.message, "请求中含有未在API文档中定义的参数");
    assert_eq!(refusal.detail, Some(json!({"location": null, "value": ["/body/openid", "/body/amount/totl"]})));
}

#[test]
fn each_rule_has_the_gateways_words() {
    for (pointer, value, message) in [
        (
            "/description",
            Value::Null,
            "输入源“/body/description”映射到字段“商品描述”必填性规则校验失败，此字段为必填项",
        ),
        ("/amount/total", json!("1"), "输入源“/body/amount/total”映射到数值字段“总金额”类型不符"),
        ("/amount/total", json!(1.5), "输入源“/body/amount/total”映射到数值字段“总金额”类型不符"),
        ("/amount/total", json!(0), "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1"),
        (
            "/amount/total",
            json!(1_000_000_001),
            "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值高于最大值 1000000000",
        ),
        (
            "/out_trade_no",
            json!("A-1"),
            "输入源“/body/out_trade_no”映射到字符串字段“商户订单号”规则校验失败，字符串长度 3，小于最小值 6",
        ),
        (
            "/out_trade_no",
            json!("A".repeat(33)),
            "输入源“/body/out_trade_no”映射到字符串字段“商户订单号”规则校验失败，字符串长度 33，大于最大值 32",
        ),
        (
            "/out_trade_no",
            json!("订单100001"),
            "输入源“/body/out_trade_no”映射到字符串字段“商户订单号”规则校验失败，含有不支持的字符",
        ),
        (
            "/amount/currency",
            json!("USD"),
            "输入源“/body/amount/currency”映射到字符串字段“货币类型”规则校验失败，值不在枚举范围内",
        ),
        (
            "/notify_url",
            json!("https://shop.example/paid?x=1"),
            "输入源“/body/notify_url”映射到字符串字段“通知地址”规则校验失败，不能携带参数",
        ),
        (
            "/time_expire",
            json!("2026-11-25 10:00:00"),
            "输入源“/body/time_expire”映射到字符串字段“交易结束时间”规则校验失败，不符合rfc3339格式，应带时区",
        ),
    ] {
        let refusal = native(&with(pointer, value.clone())).unwrap_err();
        assert_eq!((refusal.status, refusal.code.as_str(), refusal.message.as_str()), (400, "PARAM_ERROR", message));
        let expected = json!({"field": pointer, "value": value, "issue": message, "location": "body"});
        assert_eq!(refusal.detail, Some(expected));
    }
    let range = native(&with("/amount/total", json!(0))).unwrap_err();
    assert_eq!(range.internal, 268_435_464);
}

#[test]
fn the_first_is_the_shallowest_and_then_the_first_in_the_document() {
    let refused = |body: &str| {
        looked_at("POST", NATIVE, &[], body, &Rules::default()).unwrap_err().detail.unwrap()["field"].clone()
    };
    let rest = r#""description":"a book","notify_url":"https://shop.example/paid""#;
    let deep = r#""amount":{"total":"1"}"#;
    let body = format!(r#"{{{deep},"out_trade_no":"A","mchid":1,"appid":"x",{rest}}}"#);
    assert_eq!(refused(&body), "/out_trade_no");
    let body = format!(r#"{{{deep},"mchid":1,"out_trade_no":"A","appid":"x",{rest}}}"#);
    assert_eq!(refused(&body), "/mchid");
    let body = format!(r#"{{{deep},"mchid":"1900000001","out_trade_no":"A-10001","appid":"x",{rest}}}"#);
    assert_eq!(refused(&body), "/amount/total");
    // What is not there has no place in the document: it comes after what is there.
    let body = format!(r#"{{"mchid":1,{deep},{rest}}}"#);
    assert_eq!(refused(&body), "/mchid");
}

#[test]
fn nulls_are_refused_or_ignored_by_rule() {
    let mut body = order();
    body["attach"] = Value::Null;
    let refusal = native(&body).unwrap_err();
    assert_eq!(refusal.detail.unwrap()["field"], "/attach");
    let mut rules = Rules::default();
    rules.set("schema.null", Some("ignore".into()));
    assert_eq!(looked_at("POST", NATIVE, &[], &body.to_string(), &rules), Ok(Vec::new()));
    body["description"] = Value::Null;
    let refusal = looked_at("POST", NATIVE, &[], &body.to_string(), &rules).unwrap_err();
    assert!(refusal.message.ends_with("此字段为必填项"), "{}", refusal.message);
    rules.set("schema.null", None);
    assert!(native(&body).is_err());
}

#[test]
fn a_query_has_the_names_of_the_page_once_each() {
    let path = "v3/pay/transactions/out-trade-no/A-10001";
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let query = |pairs: &[(String, String)], rules: &Rules| {
        let operation = operation("GET", path).unwrap();
        let document = super::document::Document::none();
        check(Sent { operation, query: pairs, document: &document }, rules)
    };
    let (right, mut rules) = (pair("mchid", "1900000001"), Rules::default());
    assert_eq!(query(std::slice::from_ref(&right), &rules), Ok(Vec::new()));
    assert_eq!(query(&[right.clone(), right.clone()], &rules).unwrap_err().detail.unwrap()["field"], "/mchid");
    assert_eq!(query(&[], &rules).unwrap_err().detail.unwrap()["location"], "query");
    let unknown = query(&[right.clone(), pair("x", "1")], &rules).unwrap_err();
    assert_eq!(unknown.detail.unwrap()["value"], json!(["/query/x"]));
    rules.set("schema.query_unknown", Some("ignore".into()));
    assert_eq!(query(&[right, pair("x", "1")], &rules).unwrap()[0].id, "query.unknown");
}

#[test]
fn one_of_several_members_is_due() {
    let refund = json!({"out_refund_no": "R1", "amount": {"refund": 1, "total": 1, "currency": "CNY"}});
    let path = "v3/refund/domestic/refunds";
    let refund = looked_at("POST", path, &[], &refund.to_string(), &Rules::default());
    let refusal = refund.unwrap_err();
    assert_eq!(refusal.detail.unwrap()["field"], "/transaction_id");
    assert!(refusal.message.contains("transaction_id、out_trade_no"), "{}", refusal.message);
}

#[test]
fn what_the_real_gateway_could_not_reach_is_warned_of() {
    let warnings = native(&with("/notify_url", json!("http://127.0.0.1:3000/paid"))).unwrap();
    assert_eq!(warnings[0].id, "notify_url.unreachable");
    let mut h5 = with("/notify_url", json!("https://shop.example/paid"));
    h5["scene_info"] = json!({"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}});
    let warnings = looked_at("POST", "v3/pay/transactions/h5", &[], &h5.to_string(), &Rules::default()).unwrap();
    assert_eq!(warnings[0].id, "h5.client_ip");
}

/// One field of the body at its pointer, the shallowest that fits.
fn field_where(operation: Operation, fits: impl Fn(Field) -> bool) -> Option<(String, Field)> {
    let fields = operation.fields(Part::Json);
    let unique = |field: &Field| fields.iter().filter(|other| other.name() == field.name()).count() == 1;
    let found = fields.iter().filter(unique).find(|field| fits(*field));
    found.map(|field| (format!("/{}", field.name()), field))
}

/// What a body with one mistake is told about: the field, or the unknown member.
fn told(operation: Operation, body: &Value) -> Option<String> {
    let document = match parse(body.to_string().as_bytes()) {
        Ok(document) => document,
        Err(refusal) => return refusal.detail?["field"].as_str().map(str::to_owned),
    };
    let example = operation.example_request();
    let query: Vec<_> = example
        .query()
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let refusal = check(Sent { operation, query: &query, document: &document }, &Rules::default()).err()?;
    let detail = refusal.detail?;
    let unknown = detail["value"][0].as_str().filter(|_| detail["location"].is_null());
    unknown.and_then(|pointer| pointer.strip_prefix("/body")).or(detail["field"].as_str()).map(str::to_owned)
}

/// Right values for members that have a form.
const FORMS: &[(&str, &str)] = &[
    ("/notify_url", "https://shop.example/paid"),
    ("/time_expire", "2026-11-25T10:00:00+08:00"),
    ("/scene_info/payer_client_ip", "203.0.113.7"),
    ("/scene_info/h5_info/type", "Wap"),
    ("/amount/currency", "CNY"),
    ("/scene_info/device_id", "POS1:1"),
    ("/sub_orders/0/amount/currency", "CNY"),
    ("/url", "https://shop.example/complaints"),
];

#[test]
fn every_endpoint_with_a_body_refuses_each_mistake_by_name() {
    let mut counts = [0_usize; 7];
    for operation in operations().filter(|operation| operation.protocol() == Protocol::V3) {
        let mut right = operation.example_request().body().clone();
        // The example is made without the overlay: texts of a form have the member's name there.
        for (pointer, text) in FORMS {
            if let Some(value) = right.pointer_mut(pointer).filter(|value| value.is_string()) {
                *value = (*text).into();
            }
        }
        if right.as_object().is_none_or(serde_json::Map::is_empty) || operation.is_upload() {
            continue;
        }
        if let Some(pointer) = told(operation, &right) {
            panic!("{} {}: its example is refused at {pointer}", operation.method(), operation.path());
        }
        let mut mistake = |kind: usize, found: Option<(String, Field)>, value: Option<Value>| {
            let Some((pointer, _)) = found else { return };
            let mut wrong = right.clone();
            let members = wrong.as_object_mut().unwrap();
            match value {
                Some(value) => _ = members.insert(pointer[1..].to_owned(), value),
                None => _ = members.remove(&pointer[1..]),
            }
            let name = format!("{} {} {pointer} ({kind})", operation.method(), operation.path());
            assert_eq!(told(operation, &wrong).as_deref(), Some(pointer.as_str()), "{name}");
            counts[kind] += 1;
        };
        let there = |field: Field| right.get(field.name()).is_some();
        let plain = |field: Field| there(field) && !field.is_list();
        let any = field_where(operation, there);
        let unknown = any.clone().map(|(_, field)| ("/no_such_member".to_owned(), field));
        mistake(0, unknown, Some(json!(1)));
        mistake(1, field_where(operation, |field| field.required() == Required::Yes), None);
        mistake(2, field_where(operation, |field| plain(field) && field.kind() == Kind::Integer), Some(json!("x")));
        mistake(3, field_where(operation, |field| plain(field) && field.kind() == Kind::String), Some(json!(1)));
        let closed =
            |field: Field| plain(field) && field.values().len() > 0 && !field.is_open() && field.kind() == Kind::String;
        mistake(4, field_where(operation, closed), Some(json!("NO_SUCH_VALUE")));
        mistake(5, any, Some(Value::Null));
        let text = |field: Field| plain(field) && field.kind() == Kind::String;
        mistake(6, field_where(operation, text), Some(json!("\u{1f600}")));
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}

#[test]
fn documented_calls_pass() {
    let calls = include_str!("../../../catalog/tests/fixtures/documented.jsonl").lines();
    let mut passed = 0;
    for call in calls.map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let (method, path) = (call["method"].as_str().unwrap(), call["path"].as_str().unwrap());
        let operation = operation(method, path).unwrap();
        if operation.protocol() != Protocol::V3 || operation.is_upload() {
            continue;
        }
        let pairs = call["query"].as_object().into_iter().flatten();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let query: Vec<_> = pairs
            .flat_map(|(name, value)| match value {
                Value::Array(items) => items.iter().map(|item| (name.clone(), text(item))).collect(),
                value => vec![(name.clone(), text(value))],
            })
            .collect();
        // One page's example has a notify_url without a path, which the same page forbids.
        if call["body"]["notify_url"] == "https://weixin.qq.com" {
            continue;
        }
        let document = match &call["body"] {
            Value::Null => super::document::Document::none(),
            body => parse(body.to_string().as_bytes()).unwrap(),
        };
        let checked = check(Sent { operation, query: &query, document: &document }, &Rules::default());
        assert!(checked.is_ok(), "{method} {path}: {checked:?}");
        passed += 1;
    }
    assert_eq!(passed, 2, "those of APIv3 with a JSON body or none");
}
