//! Whatever a value is: no panic, and nothing of it in a problem.

#![cfg(feature = "data")]
#![allow(missing_docs)]

use serde_json::{Value, json};
use wechatpay_catalog::{Operation, operation, operations};

fn get(method: &str, path: &str) -> Operation {
    operation(method, path).unwrap_or_else(|| panic!("{method} {path} is in the catalogue"))
}

fn native() -> Operation {
    get("POST", "v3/pay/transactions/native")
}

#[test]
fn no_value_of_the_caller_is_in_a_problem() {
    let secret = "S3CR3T-622202";
    for known in operations().step_by(7) {
        let example = known.example_request();
        let spoilt = |value: &Value| spoil(value.clone(), secret);
        let (query, body) = (spoilt(example.query()), spoilt(example.body()));
        let mut problems = known.check_request(&query, &body);
        problems.extend(known.check_sent(&query, &body));
        problems.extend(known.check_response(&spoilt(&known.example_response())));
        for problem in problems {
            for said in [format!("{problem}"), format!("{problem:?}"), problem.zh().to_string()] {
                assert!(!said.contains("S3CR3T") && !said.contains("622202"), "{said}");
            }
        }
    }
}

/// Every text with something secret in it, every number with another one.
fn spoil(value: Value, secret: &str) -> Value {
    match value {
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, spoil(value, secret))).collect(),
        Value::Array(items) => items.into_iter().map(|item| spoil(item, secret)).collect(),
        Value::String(text) => format!("{text}{secret}").into(),
        Value::Number(_) => json!(622_202.5),
        other => other,
    }
}

#[test]
fn any_value_at_all_is_only_wrong() {
    let mut deep = json!(1);
    for _ in 0..10_000 {
        deep = Value::Object([("amount".to_owned(), deep)].into_iter().collect());
    }
    let many: Value = (0..20_000).map(|at| (format!("m{at}"), json!(at))).collect::<serde_json::Map<_, _>>().into();
    for known in [native(), get("POST", "v2/pay/unifiedorder"), get("GET", "v3/bill/tradebill")] {
        for value in [&deep, &many, &json!([[[]]]), &json!(""), &json!(false), &json!({ "": { "": "" } })] {
            let _ = (known.check_request(value, value), known.check_sent(value, value), known.check_response(value));
        }
    }
    // Dropping it level by level: a value so deep is more than its own destructor takes.
    while let Some(inner) = deep.as_object_mut().and_then(|members| members.remove("amount")) {
        deep = inner;
    }
}
