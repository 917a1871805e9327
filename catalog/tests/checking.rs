//! What is wrong with requests and answers.

#![cfg(feature = "data")]
#![allow(missing_docs)]

use serde_json::{Value, json};
use wechatpay_catalog::{Issue, Kind, Location, Operation, Part, Problem, operation};

fn get(method: &str, path: &str) -> Operation {
    operation(method, path).unwrap_or_else(|| panic!("{method} {path} is in the catalogue"))
}

fn native() -> Operation {
    get("POST", "v3/pay/transactions/native")
}

fn order() -> Value {
    json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000001", "description": "a book", "out_trade_no": "A-100001",
        "notify_url": "https://shop.example/paid", "amount": { "total": 1, "currency": "CNY" },
    })
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (above, name) = pointer.rsplit_once('/').expect("a pointer");
    body.pointer_mut(above).expect("the object is there")[name] = value;
    body
}

fn found(problems: &[Problem]) -> Vec<(Issue, &str)> {
    problems.iter().map(|problem| (problem.issue(), problem.pointer())).collect()
}

fn body(body: &Value) -> Vec<Problem> {
    native().check_request(&Value::Null, body)
}

#[test]
fn a_right_request_has_no_problems() {
    assert_eq!(body(&order()), []);
    assert_eq!(native().check_request(&json!({}), &order()), []);
}

#[test]
fn unknown_members_come_first_then_fields_in_the_order_of_the_page_level_by_level() {
    let problems = body(&json!({ "amount": { "totl": 1 }, "zzzzzz": 1, "description": 5 }));
    let expected = [
        (Issue::UnknownMember, "/zzzzzz"),
        (Issue::Missing, "/appid"),
        (Issue::Missing, "/mchid"),
        (Issue::WrongType, "/description"),
        (Issue::Missing, "/out_trade_no"),
        (Issue::Missing, "/notify_url"),
        (Issue::UnknownMember, "/amount/totl"),
        (Issue::Missing, "/amount/total"),
    ];
    let mut sorted = found(&problems);
    assert_eq!(sorted[0], expected[0]);
    assert_eq!(sorted[6..], expected[6..]);
    sorted.sort_by_key(|(_, pointer)| *pointer);
    let mut all = expected.to_vec();
    all.sort_by_key(|(_, pointer)| *pointer);
    assert_eq!(sorted, all);
}

#[test]
fn every_kind_of_problem_is_said_in_english_and_chinese() {
    let cases = [
        (
            "/amount/totl",
            json!(1),
            "body /amount/totl: no such member; did you mean /amount/total?",
            "请求体 /amount/totl：没有这个字段，是否为 /amount/total？",
        ),
        (
            "/amount/total",
            json!("1"),
            "body /amount/total: integer expected, found string",
            "请求体 /amount/total：应为整数，实为字符串",
        ),
        (
            "/amount/total",
            json!(1.0),
            "body /amount/total: integer expected, found number",
            "请求体 /amount/total：应为整数，实为数字",
        ),
        ("/amount", json!([]), "body /amount: object expected, found array", "请求体 /amount：应为对象，实为列表"),
        ("/attach", Value::Null, "body /attach: string expected, found null", "请求体 /attach：应为字符串，实为 null"),
        (
            "/goods_tag",
            json!("x".repeat(33)),
            "body /goods_tag: at most 32 characters",
            "请求体 /goods_tag：长度应为至多 32 个字符",
        ),
        (
            "/out_trade_no",
            json!("A-1"),
            "body /out_trade_no: at least 6 characters",
            "请求体 /out_trade_no：长度应为至少 6 个字符",
        ),
        (
            "/detail",
            json!({ "goods_detail": {} }),
            "body /detail/goods_detail: list of objects expected, found object",
            "请求体 /detail/goods_detail：应为对象列表，实为对象",
        ),
    ];
    for (pointer, value, english, chinese) in cases {
        let problems = body(&with(order(), pointer, value));
        let problem = problems.first().unwrap_or_else(|| panic!("{pointer} has a problem"));
        assert_eq!((problem.to_string().as_str(), problem.zh().to_string().as_str()), (english, chinese));
    }
}

#[test]
fn a_value_outside_its_list_is_said_with_the_list() {
    let bill = get("GET", "v3/bill/tradebill");
    let problems = bill.check_request(&json!({ "bill_date": "2026-01-02", "tar_type": "gzp" }), &Value::Null);
    assert_eq!(problems[0].suggestion(), Some("GZIP"));
    let said = (problems[0].to_string(), problems[0].zh().to_string());
    let english = "query /tar_type: one of GZIP expected, found another string; did you mean GZIP?";
    let chinese = "查询参数 /tar_type：应为 GZIP 之一，实为其他字符串，是否为 GZIP？";
    assert_eq!(said, (english.to_owned(), chinese.to_owned()));
}

#[test]
fn what_is_missing_is_said_with_its_type() {
    let mut without = order();
    without["amount"].as_object_mut().expect("an object").remove("total");
    let missing = body(&without);
    assert_eq!((missing[0].found(), missing[0].expected(), missing[0].suggestion()), ("nothing", "integer", None));
    assert_eq!(missing[0].to_string(), "body /amount/total: integer missing");
    assert_eq!(missing[0].zh().to_string(), "请求体 /amount/total：缺少整数");
    assert_eq!(missing.len(), 1);
}

#[test]
fn numbers_count_characters_and_whole_numbers_strictly() {
    for wrong in ["1.0", "1e2", "\"1\"", "true", "[1]", "{}"] {
        let value: Value = serde_json::from_str(wrong).expect("JSON");
        let problems = body(&with(order(), "/amount/total", value));
        assert_eq!(found(&problems), [(Issue::WrongType, "/amount/total")], "{wrong}");
    }
    for right in ["0", "-1", "18446744073709551615"] {
        let value: Value = serde_json::from_str(right).expect("JSON");
        assert_eq!(body(&with(order(), "/amount/total", value)), [], "{right}");
    }
    assert_eq!(body(&with(order(), "/description", json!("微".repeat(127)))), []);
    let long = body(&with(order(), "/description", json!("微".repeat(128))));
    assert_eq!(found(&long), [(Issue::TooLong, "/description")]);
}

#[test]
fn a_query_is_text() {
    let bill = get("GET", "v3/bill/tradebill");
    assert_eq!(bill.check_request(&json!({ "bill_date": "2026-01-02", "bill_type": "ALL" }), &Value::Null), []);
    let wrong = bill.check_request(&json!({ "bill_date": ["a", "b"], "bill_typ": "ALL" }), &Value::Null);
    assert_eq!(found(&wrong), [(Issue::UnknownMember, "/bill_typ"), (Issue::WrongType, "/bill_date")]);
    assert_eq!(wrong[0].location(), Location::Query);
    assert_eq!(wrong[0].suggestion(), Some("/bill_type"));
    assert_eq!(found(&bill.check_request(&Value::Null, &Value::Null)), [(Issue::Missing, "/bill_date")]);
    assert_eq!(found(&bill.check_request(&json!("a=b"), &Value::Null)), [(Issue::WrongType, "")]);

    let stocks = get("GET", "v3/marketing/favor/stocks");
    let query = |limit: Value| {
        stocks.check_request(&json!({ "offset": "0", "limit": limit, "stock_creator_mchid": 19 }), &Value::Null)
    };
    for right in [json!("10"), json!(10), json!("-1")] {
        assert_eq!(query(right.clone()), [], "{right}");
    }
    for wrong in [json!("1.0"), json!(""), json!("1x"), json!(1.5), json!(true), json!({}), json!(["1"])] {
        assert_eq!(found(&query(wrong.clone())), [(Issue::WrongType, "/limit")], "{wrong}");
    }
}

#[test]
fn a_query_comes_before_a_body_and_what_is_not_known_is_unexpected() {
    let problems = native().check_request(&json!({ "a": 1 }), &json!({}));
    assert_eq!(
        (problems[0].location(), problems[0].issue(), problems[0].pointer()),
        (Location::Query, Issue::Unexpected, "")
    );
    assert_eq!(problems[0].to_string(), "query: nothing expected, found object");
    assert!(problems.len() > 1 && problems[1..].iter().all(|problem| problem.location() == Location::Body));
    let query = get("GET", "v3/pay/transactions/id/1");
    let problems = query.check_request(&json!({ "mchid": "1" }), &json!({ "mchid": "1" }));
    assert_eq!(found(&problems), [(Issue::Unexpected, "")]);
    assert_eq!(problems[0].location(), Location::Body);
    assert_eq!(query.check_request(&json!({ "mchid": "1" }), &json!({})), []);
    assert_eq!(found(&body(&json!([order()]))), [(Issue::WrongType, "")]);
    let upload = get("POST", "v3/merchant/media/upload");
    assert_eq!(upload.check_request(&Value::Null, &json!([1])), []);
}

#[test]
fn apiv2_is_text_and_its_signature_is_the_sdk_s_affair() {
    let order = get("POST", "v2/pay/unifiedorder");
    let mut body = order.example_request().body().clone();
    let members = body.as_object_mut().expect("an object");
    members.remove("sign");
    members.remove("nonce_str");
    assert_eq!(order.check_request(&Value::Null, &body), []);
    body["sign"] = json!("ABC");
    body["nonce_str"] = json!("abc");
    body["total_fee"] = json!(1);
    assert_eq!(order.check_request(&Value::Null, &body), []);
    body["total_fee"] = json!("1.5");
    assert_eq!(found(&order.check_request(&Value::Null, &body)), [(Issue::WrongType, "/total_fee")]);
    assert_eq!(
        get("POST", "v2/papay/deletecontract").check_request(&Value::Null, &json!({ "sign": "x" }))[0].issue(),
        Issue::Missing
    );
}

#[test]
fn a_text_with_json_is_read_and_inside_it_everything_is_strict() {
    let share = get("POST", "v2/secapi/pay/profitsharing");
    let example = share.example_request().body().clone();
    let check = |receivers: Value| share.check_request(&Value::Null, &with(example.clone(), "/receivers", receivers));
    let one = |amount: Value| {
        json!([{ "type": "MERCHANT_ID", "account": "1", "amount": amount, "description": "x" }]).to_string().into()
    };
    assert_eq!(check(one(json!(1))), []);
    assert_eq!(found(&check(one(json!("1")))), [(Issue::WrongType, "/receivers/0/amount")]);
    assert_eq!(found(&check(one(Value::Null))), [(Issue::Null, "/receivers/0/amount")]);
    for other_root in ["", "{}", "1", "[", "null"] {
        let problems = check(other_root.into());
        assert_eq!(found(&problems), [(Issue::NotJson, "/receivers")], "{other_root}");
        assert_eq!(problems[0].expected(), "JSON list of objects as text");
    }
    let items = check("[1, null]".into());
    assert_eq!(found(&items), [(Issue::WrongType, "/receivers/0"), (Issue::Null, "/receivers/1")]);
    let deep = check(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into());
    assert_eq!(found(&deep), [(Issue::NotJson, "/receivers")]);
}

#[test]
fn of_alternatives_the_one_with_the_fewest_problems_speaks() {
    let apply = get("POST", "v3/ecommerce/applyments/");
    let field = |settlement: Value| {
        let body = json!({ "settlement_info": { "settlement_id": settlement } });
        let problems = apply.check_request(&Value::Null, &body);
        found(&problems)
            .into_iter()
            .filter(|(_, at)| at.ends_with("settlement_id"))
            .map(|(issue, _)| issue)
            .collect::<Vec<_>>()
    };
    assert_eq!(field(json!(719)), []);
    assert_eq!(field(json!("719")), []);
    assert_eq!(field(json!(1.5)), [Issue::WrongType]);
    assert_eq!(field(Value::Null), [Issue::Null]);

    let pay = get("POST", "v2/vehicle/pay/payapply");
    let scene = |fields: &Value| {
        let body = json!({ "scene_info": fields.to_string() });
        let problems = pay.check_request(&Value::Null, &body);
        problems.into_iter().filter(|problem| problem.pointer().starts_with("/scene_info")).collect::<Vec<_>>()
    };
    let inner = pay.field(Part::Xml, "/scene_info").expect("a member").fields();
    for alternative in inner.iter().filter(|field| field.name() == "scene_info") {
        let members = alternative.fields().iter().map(|field| match field.kind() {
            Kind::String => (field.name(), json!(field.values().next().unwrap_or("x"))),
            _ => (field.name(), json!(1)),
        });
        let body: serde_json::Map<String, Value> = members.map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(scene(&json!({ "scene_info": body })), []);
    }
    assert_eq!(found(&scene(&json!({}))), [(Issue::Missing, "/scene_info/scene_info")]);
}

#[test]
fn members_to_encrypt_are_plain_before_and_ciphertext_on_the_wire() {
    let add = get("POST", "v3/transfer/batches");
    let mut body = add.example_request().body().clone();
    assert_eq!(add.check_request(&Value::Null, &body), []);
    let sent = add.check_sent(&Value::Null, &body);
    assert!(found(&sent).contains(&(Issue::NotEncrypted, "/transfer_detail_list/0/user_name")), "{sent:?}");
    assert!(sent.iter().all(|problem| problem.issue() == Issue::NotEncrypted));
    for pointer in sent.iter().map(|problem| problem.pointer().to_owned()).collect::<Vec<_>>() {
        *body.pointer_mut(&pointer).expect("it is there") = json!(format!("{}==", "A".repeat(342)));
    }
    assert_eq!(add.check_sent(&Value::Null, &body), []);
    assert_eq!(add.check_request(&Value::Null, &body), []);
}

#[test]
fn suggestions_are_siblings_then_members_of_the_same_name_elsewhere() {
    let suggestion = |pointer: &str, value: Value| {
        let problems = body(&with(order(), pointer, value));
        problems
            .iter()
            .find(|problem| problem.pointer() == pointer)
            .and_then(|problem| problem.suggestion().map(str::to_owned))
    };
    assert_eq!(suggestion("/atach", json!("x")).as_deref(), Some("/attach"));
    assert_eq!(suggestion("/attahc", json!("x")).as_deref(), Some("/attach"));
    assert_eq!(suggestion("/total", json!(1)).as_deref(), Some("/amount/total"));
    assert_eq!(suggestion("/quantity", json!(1)).as_deref(), Some("/detail/goods_detail/*/quantity"));
    assert_eq!(suggestion("/nothing_like_it", json!(1)), None);
    let escaped = body(&with(order(), "/a~b", json!(1)));
    assert_eq!(escaped[0].pointer(), "/a~0b");
    let mut slash = order();
    slash["a/b\n"] = json!(1);
    assert_eq!(
        (body(&slash)[0].pointer(), body(&slash)[0].to_string().as_str()),
        ("/a~1b\n", "body /a~1b\\u{a}: no such member")
    );
}

#[test]
fn answers_may_gain_members_and_lack_what_is_not_required() {
    let close = native();
    assert_eq!(close.check_response(&json!({ "code_url": "x", "later": null })), []);
    assert_eq!(found(&close.check_response(&json!({ "code_url": null }))), [(Issue::Null, "/code_url")]);
    assert_eq!(found(&close.check_response(&json!({ "code_url": 1 }))), [(Issue::WrongType, "/code_url")]);
    assert_eq!(found(&close.check_response(&Value::Null)), [(Issue::Missing, "/code_url")]);
    assert_eq!(close.check_response(&Value::Null)[0].location(), Location::Answer);
    let query = get("GET", "v3/pay/transactions/id/1");
    let mut answer = query.example_response();
    answer["attach"] = Value::Null;
    assert_eq!(query.check_response(&answer), []);
    assert_eq!(get("POST", "v3/pay/transactions/out-trade-no/1/close").check_response(&Value::Null), []);
}

#[test]
fn of_a_refusal_of_apiv2_only_what_is_there_is_checked() {
    let query = get("POST", "v2/pay/orderquery");
    assert!(!query.check_response(&json!({ "return_code": "SUCCESS", "result_code": "SUCCESS" })).is_empty());
    assert_eq!(query.check_response(&json!({ "return_code": "FAIL", "return_msg": "签名错误" })), []);
    let refused = json!({ "return_code": "SUCCESS", "result_code": "FAIL", "total_fee": "x" });
    assert_eq!(found(&query.check_response(&refused)), [(Issue::WrongType, "/total_fee")]);
    let mut answer = query.example_response();
    answer["coupon_fee_7"] = json!("x");
    assert_eq!(found(&query.check_response(&answer)), [(Issue::WrongType, "/coupon_fee_7")]);
}

/// Calls as the public pages show them; `fixtures/README.md` says whence.
#[test]
fn documented_calls_have_no_problems() {
    let calls = include_str!("fixtures/documented.jsonl").lines();
    let mut count = 0;
    for call in calls.map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON")) {
        let known = get(call["method"].as_str().expect("a verb"), call["path"].as_str().expect("a path"));
        assert_eq!(known.check_request(&call["query"], &call["body"]), [], "{known:?}");
        count += 1;
    }
    assert_eq!(count, 9);
}
