//! What a run of `wxpay doctor --json` must have said.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test uses its part")]

use serde_json::Value;

use super::support::Run;

#[track_caller]
pub fn check(document: &Value, id: &str) -> Value {
    let checks = document["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id}")).clone()
}

/// One slip: it is the first finding, in this state; everything else is right, or skipped because of it.
#[track_caller]
pub fn found(run: &Run, id: &str, state: &str) -> Value {
    let document = run.json();
    let first = (document["first"].as_str(), document["state"].as_str());
    let told: Vec<_> =
        document["checks"].as_array().unwrap().iter().filter(|check| check["remedy"].is_object()).collect();
    assert_eq!(first, (Some(id), Some(state)), "{told:#?}");
    assert_eq!(run.code, Some(if state == "fail" { 1 } else { 10 }));
    assert_eq!(told.len(), 1, "one slip is one finding: {told:#?}");
    let found = check(&document, id);
    assert_eq!(found["state"], state);
    for text in ["message", "remedy"] {
        assert!(
            !found[text]["en"].as_str().unwrap().is_empty() && !found[text]["zh"].as_str().unwrap().is_ascii(),
            "{found}"
        );
    }
    found
}

#[track_caller]
pub fn is_well(run: &Run, mode: &str) {
    let document = run.json();
    let told: Vec<_> =
        document["checks"].as_array().unwrap().iter().filter(|check| check["remedy"].is_object()).collect();
    assert_eq!((document["state"].as_str(), document["mode"].as_str()), (Some("ok"), Some(mode)), "{told:#?}");
    assert!(document["first"].is_null() && run.code == Some(0));
}
