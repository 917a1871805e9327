//! From paths and words to operations.

#![cfg(feature = "data")]
#![allow(missing_docs)]

use wechatpay_catalog::{
    Operation, Part, Protocol, Verification, encrypted, is_known, nearest_paths, operation, operations, operations_at,
    search,
};

fn path(method: &str, path: &str) -> Option<&'static str> {
    operation(method, path).map(Operation::path)
}

/// The template with every variable filled in by something of no meaning.
fn filled(template: &str) -> String {
    let value = |segment: &str| if segment.starts_with('{') { "4200_x%2Fy".to_owned() } else { segment.to_owned() };
    template.split('/').map(value).collect::<Vec<_>>().join("/")
}

#[test]
fn every_operation_is_found_by_its_template_and_by_a_filled_in_path() {
    let mut count = 0;
    for known in operations() {
        let (method, template) = (known.method(), known.path());
        let same = known.alias_of().unwrap_or(known);
        let full = filled(template);
        for (spelling, expected) in [
            (template.to_owned(), known),
            (full.clone(), same),
            (format!("/{template}"), known),
            (format!("https://api.mch.weixin.qq.com/{full}"), same),
            (format!("http://127.0.0.1:8080/{template}"), known),
            (format!("{full}?mchid=1&x=https://a/b"), same),
            (format!("{template}{{?mchid,limit}}"), known),
            (format!("/hk/{template}"), known),
            (format!("global/{full}"), same),
        ] {
            assert_eq!(operation(method, &spelling), Some(expected), "{method} {spelling}");
            assert!(is_known(method, &spelling), "{method} {spelling}");
        }
        let renamed = template.replace('{', "{other_");
        assert_eq!(operation(method, &renamed), Some(same), "{renamed}");
        count += 1;
    }
    assert_eq!(count, 1_144);
}

#[test]
fn a_literal_comes_before_a_variable_unless_the_rest_or_the_verb_does_not_fit() {
    assert_eq!(path("POST", "v3/profitsharing/orders/unfreeze"), Some("v3/profitsharing/orders/unfreeze"));
    assert_eq!(path("GET", "v3/profitsharing/orders/unfreeze"), Some("v3/profitsharing/orders/{out_order_no}"));
    let verbs: Vec<_> =
        operations_at("/v3/profitsharing/orders/unfreeze").map(|found| (found.method(), found.path())).collect();
    let expected = [("GET", "v3/profitsharing/orders/{out_order_no}"), ("POST", "v3/profitsharing/orders/unfreeze")];
    assert_eq!(verbs, expected);
}

#[test]
fn an_alias_is_found_by_its_own_template_only() {
    let alias = "v3/apply4subject/applyment/{business_code}/cancel";
    let twin = "v3/apply4subject/applyment/{applyment_id}/cancel";
    assert_eq!(path("POST", alias), Some(alias));
    assert_eq!(path("POST", &format!("https://h/{alias}?x")), Some(alias));
    assert_eq!(path("POST", "v3/apply4subject/applyment/1900000109_1/cancel"), Some(twin));
    assert_eq!(path("POST", "v3/apply4subject/applyment/{other}/cancel"), Some(twin));
    assert_eq!(operation("POST", alias).and_then(Operation::alias_of), operation("POST", twin));
    assert_eq!(operations().filter(|known| known.alias_of().is_some()).count(), 1);
    assert_eq!(operations_at(alias).map(Operation::path).collect::<Vec<_>>(), [alias]);
}

#[test]
fn prefixes_of_overseas_hosts_and_the_version_of_apiv2_may_be_there_or_not() {
    assert_eq!(path("GET", "/hk/v3/statements"), Some("v3/statements"));
    assert_eq!(path("GET", "global/v3/statements"), Some("v3/statements"));
    assert_eq!(path("POST", "/pay/unifiedorder"), Some("v2/pay/unifiedorder"));
    assert_eq!(path("POST", "https://api.mch.weixin.qq.com/secapi/pay/refund"), Some("v2/secapi/pay/refund"));
    assert_eq!(path("POST", "hk/pay/unifiedorder"), Some("v2/pay/unifiedorder"));
    assert!(operations().any(|known| known.path().starts_with("v3/global/")));
}

#[test]
fn what_is_not_there_is_not_found() {
    for (method, path) in [
        ("POST", "v3/pay/transactions/Native"),
        ("post", "v3/pay/transactions/native"),
        ("PUT", "v3/pay/transactions/native"),
        ("OPTIONS", "v3/pay/transactions/native"),
        ("", "v3/pay/transactions/native"),
        ("POST", "//v3/pay/transactions/native"),
        ("POST", "v3/pay/transactions/native/"),
        ("POST", "v3/pay/transactions"),
        ("GET", "v3/pay/transactions/id/"),
        ("GET", "v3/pay/transactions/id"),
        ("POST", "v3/applyment4sub/applyment"),
        ("POST", "hk/hk/v3/statements"),
        ("POST", "v2/v3/pay/transactions/native"),
        ("GET", ""),
        ("GET", "/"),
        ("GET", "?"),
        ("GET", "https://"),
        ("GET", "https://v3/certificates"),
    ] {
        assert_eq!(operation(method, path), None, "{method} {path}");
        assert!(!is_known(method, path), "{method} {path}");
        assert_eq!(encrypted(method, path).count(), 0, "{method} {path}");
    }
    assert_eq!(operations_at("v3/nowhere").count(), 0);
    assert_eq!(path("POST", "v3/applyment4sub/applyment/"), Some("v3/applyment4sub/applyment/"));
}

#[test]
fn any_text_at_all_is_only_not_found() {
    let long = "a/".repeat(100_000);
    for text in
        ["{", "}", "{?", "?{", "%", "\u{0}", "微信/支付", "://", ":///", "a://b", "hk/", "hk", "v2", "v2/", &long]
    {
        assert_eq!(operation("GET", text), None);
        assert!(!nearest_paths(text, 3).is_empty());
        let _ = (search(text, 3), encrypted("POST", text).count(), operations_at(text).count());
    }
}

#[test]
fn operations_stand_by_path_then_verb() {
    let keys: Vec<_> = operations().map(|known| (known.path(), known.method())).collect();
    assert!(keys.is_sorted());
    assert_eq!(operations().len(), 1_144);
    let verb = |method: &str| operations().filter(|known| known.method() == method).count();
    assert_eq!(["DELETE", "GET", "PATCH", "POST", "PUT"].map(verb), [13, 405, 30, 691, 5]);
}

#[test]
fn words_are_found_in_paths_titles_and_members() {
    let first = |words: &str| search(words, 1).first().copied().map(Operation::path);
    assert_eq!(first("transactions native"), Some("v3/pay/transactions/native"));
    assert_eq!(first("NATIVE Transactions  PARTNER"), Some("v3/pay/partner/transactions/native"));
    assert!(search("native 下单", 20).iter().any(|found| found.path() == "v3/pay/transactions/native"));
    let members = search("ubo_id_doc_name", 50);
    assert!(!members.is_empty());
    assert!(members.iter().all(|found| encrypted(found.method(), found.path()).count() > 0));
    let mixed = search("certificates", 200);
    let in_path = |found: &Operation| found.path().contains("certificates");
    assert!(in_path(&mixed[0]) && mixed.is_sorted_by_key(|found| !in_path(found)));
    assert_eq!((search("", 9).len(), search("  ", 9).len(), search("nothing-has-this", 9).len()), (0, 0, 0));
    assert_eq!((search("pay", 0).len(), search("pay", 7).len()), (0, 7));
}

#[test]
fn an_operation_says_what_it_is() {
    let get = |method: &str, path: &str| operation(method, path).expect("in the catalogue");
    let native = get("POST", "v3/pay/transactions/native");
    assert_eq!((native.title(), native.product(), native.protocol()), ("Native下单", "pay", Protocol::V3));
    assert_eq!(native.doc(), "https://wechatpay.im/openapi/v3/pay/transactions/native");
    assert_eq!(native.base_uri(), None);
    assert!(native.has_answer() && !native.needs_certificate() && !native.is_upload() && !native.is_download());
    assert_eq!(native.verification(), Verification::Signed);
    let query = get("GET", "v3/pay/transactions/id/1");
    assert_eq!(query.doc(), "https://wechatpay.im/openapi/v3/pay/transactions/id/%7Btransaction_id%7D");
    assert!(!get("POST", "v3/pay/transactions/out-trade-no/1/close").has_answer());
    assert!(get("POST", "v2/secapi/pay/refund").needs_certificate());
    assert!(get("POST", "v3/merchant/media/upload").is_upload());
    let bill = get("POST", "v2/pay/downloadbill");
    assert!(bill.is_download());
    assert_eq!(get("GET", "v3/statements").verification(), Verification::Digest);
    assert_eq!(operations().filter(|known| known.is_nonceless()).count(), 19);
    assert_eq!(operations().filter(|known| known.needs_certificate()).count(), 57);
    assert_eq!(operations().filter(|known| known.is_upload()).count(), 14);
    assert_eq!(operations().filter(|known| known.base_uri().is_some()).count(), 105);
    assert_eq!(native.fields(Part::Xml).len() + native.fields(Part::Form).len(), 0);
}

#[test]
fn http_methods_are_taken_as_they_are() {
    struct Method;
    impl AsRef<str> for Method {
        fn as_ref(&self) -> &'static str {
            "GET"
        }
    }
    assert!(operation(Method, "v3/certificates").is_some() && is_known(Method, "v3/certificates"));
    assert!(operation(String::from("GET"), "v3/certificates").is_some());
    assert_eq!(encrypted(Method, "v3/certificates").count(), 0);
}
