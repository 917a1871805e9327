//! What there is without any feature: `encrypted`, `is_known`, `nearest_paths`, `path!`.

#![allow(missing_docs)]

use wechatpay_catalog::{DATE, EncryptedField, Part, encrypted, is_known, nearest_paths, path};

fn pointers(method: &str, path: &str) -> Vec<(Part, &'static str)> {
    encrypted(method, path).map(|member| (member.part(), member.pointer())).collect()
}

#[test]
fn the_members_to_encrypt_are_named_by_pointers() {
    assert_eq!(pointers("POST", "v3/profitsharing/receivers/add"), [(Part::Json, "/name")]);
    let batches = pointers("POST", "/v3/transfer/batches");
    assert!(batches.contains(&(Part::Json, "/transfer_detail_list/*/user_name")), "{batches:?}");
    assert!(pointers("POST", "https://api.mch.weixin.qq.com/v3/applyment4sub/applyment/").len() > 10);
    assert_eq!(pointers("POST", "v3/applyment4sub/applyment"), []);
    assert_eq!(pointers("GET", "v3/applyment4sub/applyment/"), []);
    assert_eq!(pointers("POST", "v2/secapi/pay/refund"), []);
    assert_eq!(pointers("POST", "secapi/pay/refund"), []);
    assert_eq!(pointers("POST", "v2/mchrisk/querymchrisk"), []);
}

#[test]
fn a_member_says_what_it_is() {
    let copied: EncryptedField = encrypted("POST", "v3/profitsharing/receivers/add").next().expect("one member");
    let twice = (copied, copied);
    assert_eq!(format!("{:?}", twice.0), "EncryptedField { part: Json, pointer: \"/name\" }");
    assert_eq!(DATE, "2026-08-22");
}

#[test]
fn one_edit_leads_to_the_path_that_was_meant() {
    let first = |path: &str| nearest_paths(path, 1)[0];
    assert_eq!(first("v3/pay/transactions/natve"), "v3/pay/transactions/native");
    assert_eq!(first("/v3/pay/transaction/id/4200001234?mchid=1"), "v3/pay/transactions/id/{transaction_id}");
    assert_eq!(first("v3/pay/transactions/id/4200001234"), "v3/pay/transactions/id/{transaction_id}");
    assert_eq!(first("https://api.mch.weixin.qq.com/pay/unifiedordre"), "v2/pay/unifiedorder");
    assert_eq!(first("hk/v3/statement"), "v3/statements");
    assert_eq!(first("v3/profitsharing/orders/unfreeze"), "v3/profitsharing/orders/unfreeze");
    assert_eq!(first("v3/pay/pay/transactions/native"), "v3/pay/transactions/native");
    let alias = "v3/apply4subject/applyment/{business_code}/cancel";
    assert_eq!(first(alias), alias);
}

#[test]
fn there_are_as_many_nearest_paths_as_were_asked_for() {
    assert_eq!(nearest_paths("", 0).len(), 0);
    assert_eq!(nearest_paths("", 5).len(), 5);
    let all = nearest_paths("v3/x", usize::MAX);
    assert_eq!(all.len(), 1_061);
    let different: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    assert!(all.iter().all(|path| path.contains('{') || encrypted("GET", path).count() == 0 || is_known("GET", path)));
}

#[test]
fn a_known_path_stands_as_it_was_written() {
    const NATIVE: &str = path!("v3/pay/transactions/native");
    static HK: &str = path!("hk/v3/statements");
    assert_eq!((NATIVE, HK), ("v3/pay/transactions/native", "hk/v3/statements"));
    assert_eq!(path!("/v3/pay/transactions/id/{id}?mchid=1"), "/v3/pay/transactions/id/{id}?mchid=1");
    assert_eq!(path!("global/v3/certificates{?x}"), "global/v3/certificates{?x}");
    assert_eq!(path!("v2/pay/unifiedorder"), "v2/pay/unifiedorder");
    assert_eq!(path!("v3/applyment4sub/applyment/"), "v3/applyment4sub/applyment/");
    let alias = path!("v3/apply4subject/applyment/{business_code}/cancel");
    assert!(is_known("POST", alias));
    assert_eq!(path!("v3/profitsharing/orders/P20150806125346"), "v3/profitsharing/orders/P20150806125346");
    assert_eq!([path!(new "v3/brand/new"), path!(new "v3/certificates")], ["v3/brand/new", "v3/certificates"]);
}
