//! What a chain becomes on the wire, and what is refused before anything is sent.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use support::{PRESIGN, payload, presign, spellings};
use wechatpay_chain::{Chain, Client, Error, ErrorKind, Method, Payload, json};

fn uri(chain: &Chain) -> String {
    let uri = chain.to_request(Method::GET, ()).unwrap().uri().to_string();
    uri.split_once("//").unwrap().1.split_once('/').unwrap().1.to_owned()
}

fn refused(chain: &Chain) -> Error {
    chain.to_request(Method::GET, ()).unwrap_err()
}

#[test]
fn all_spellings_are_one_request() {
    let (gateway, wxpay) = presign();
    for chain in spellings(&wxpay) {
        let request = chain.to_request(Method::POST, payload()).unwrap();
        assert_eq!(request.uri().to_string(), format!("{}{PRESIGN}", gateway.url()));
        assert_eq!(request.method(), Method::POST);
        let headers = request.headers();
        assert_eq!(headers["accept"], "application/json");
        assert_eq!(headers["content-type"], "application/json");
        assert!(headers["wechatpay-serial"].to_str().unwrap().starts_with("PUB_KEY_ID_"));
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        assert_eq!(headers["user-agent"], format!("wechatpay-chain/{} ({os}; {arch}) rust", env!("CARGO_PKG_VERSION")));
        assert_eq!(headers.len(), 4, "{headers:?}");
        assert_eq!(*request.body(), serde_json::to_vec(&payload()).unwrap());
    }
    assert!(gateway.calls().is_empty(), "to_request sends nothing");
}

#[test]
fn paths_join_with_one_slash_and_stay_as_written() {
    let (_gateway, wxpay) = presign();
    for (chain, expected) in [
        (wxpay["v3"]["offlineface/contracts"].seg("presign"), PRESIGN),
        (wxpay.chain("v3/pay/").chain("/transactions").seg("native"), "v3/pay/transactions/native"),
        (wxpay.chain("/v3/certificates"), "v3/certificates"),
        (wxpay.chain("v3/applyment4sub/applyment/"), "v3/applyment4sub/applyment/"),
        (wxpay.seg("v3").seg("applyment4sub").seg("applyment").seg("_empty_"), "v3/applyment4sub/applyment/"),
        (wxpay.chain("v3/merchantService"), "v3/merchantService"),
        (wxpay.chain("v3/a%2Fb/微信"), "v3/a%2Fb/%E5%BE%AE%E4%BF%A1"),
        (wxpay.chain("hk/v3/certificates"), "hk/v3/certificates"),
        (wxpay.chain("v3/x").arg("a/b c%|*").arg(7), "v3/x/a%2Fb%20c%25%7C%2A/7"),
        (wxpay.chain("v3/x").arg("{id}").var("id", "no"), "v3/x/%7Bid%7D"),
        (wxpay.chain("v3/x?a=1").query("b", "张 三&"), "v3/x?a=1&b=%E5%BC%A0%20%E4%B8%89%26"),
        (wxpay.chain("v3/x{?a}").var("a", 1).query("b", ""), "v3/x?a=1&b="),
        (wxpay.chain("v3/x?").query("b", 2).query("b", true), "v3/x?b=2&b=true"),
        (wxpay.chain("v3/x?"), "v3/x"),
        (wxpay.chain("v3/{a}").var("a", "1").var("a", "2").var("other", ""), "v3/2"),
        (
            wxpay.chain("v3{/list*}{?map*}").var("list", ["a", "b"]).var("map", BTreeMap::from([("k", "v")])),
            "v3/a/b?k=v",
        ),
        (wxpay.chain("v3/{a}").var("a", json!({"k": 1})), "v3/k,1"),
        (wxpay.chain("v3").chain("{/id}").var("id", "x"), "v3/x"),
        (wxpay.chain("v3/x&"), "v3/x&"),
        (wxpay.chain("v3/{+x}").var("x", "a&"), "v3/a&"),
        (wxpay.chain("v3/{l}").var("l", vec![json!("a"), json!(7)]), "v3/a,7"),
        (wxpay.chain("v3/{x}").var("x", json!(null)).var("x", 7u64), "v3/7"),
        (wxpay.chain("v3/x").var("unused", json!(null)), "v3/x"),
        (wxpay.chain("v3/x").base_uri("bad").base_uri("http://127.0.0.1:1"), "v3/x"),
    ] {
        assert_eq!(uri(&chain), expected);
    }
}

#[test]
fn other_hosts_are_named_by_the_base_uri_only() {
    let (gateway, wxpay) = presign();
    let chain = wxpay.chain("v3/certificates").base_uri("https://apihk.mch.weixin.qq.com");
    assert_eq!(chain.to_request(Method::GET, ()).unwrap().uri(), "https://apihk.mch.weixin.qq.com/v3/certificates");
    let prefixed = gateway.builder().base_uri("https://gateway.example/wx").build().unwrap();
    let request = prefixed.chain("v3/x").to_request(Method::GET, ()).unwrap();
    assert_eq!(request.uri(), "https://gateway.example/wx/v3/x");
    for path in ["https://evil.example/v3/x", "//evil.example/v3/x", "evil:v3/x", "http://127.0.0.1/v3"] {
        let error = refused(&wxpay.chain(path));
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.to_string().contains("a path never decides the host"), "{error}");
    }
    let error = refused(&wxpay.chain("v3").chain("https://evil.example/"));
    assert!(error.to_string().contains("never decides the host"), "{error}");
    let error = refused(&wxpay.chain("{+x}").var("x", "//evil.example/v3"));
    assert!(error.to_string().contains("`//`"), "{error}");
    assert!(
        refused(&wxpay.chain("v3/x").base_uri("https://u:p@evil.example/"))
            .to_string()
            .starts_with("base_uri names a user")
    );
}

#[test]
fn what_is_wrong_is_named_before_anything_is_sent() {
    let v2 = if cfg!(feature = "v2") { "none of mch_id" } else { "needs the feature `v2`" };
    let (gateway, wxpay) = presign();
    let order = wxpay.chain("v3/pay/transactions/id/{transaction_id}");
    for (chain, expected) in [
        (order.clone(), "`transaction_id` of `v3/pay/transactions/id/{transaction_id}` has no value"),
        (order.var("transaction_id", ""), "variable `transaction_id` is empty"),
        (order.var("transaction_id", "."), "variable `transaction_id` is a dot segment"),
        (order.var("transaction_id", ".."), "variable `transaction_id` is a dot segment"),
        (order.var("transaction_id", json!(null)), "variable `transaction_id` is null"),
        (order.var("transaction_id", json!([])), "variable `transaction_id` is an empty list"),
        (order.var("transaction_id", json!({})), "variable `transaction_id` is an empty map"),
        (order.var("transaction_id", json!([[1]])), "variable `transaction_id` has a list or an object inside"),
        (wxpay.chain("v3/x").arg(""), "`.arg(…)` at place 2 is empty"),
        (wxpay.chain("v3").chain("x").arg(".."), "`.arg(…)` at place 3 is a dot segment"),
        (wxpay.chain("v3/{+x}").var("x", "a/../b"), "`.` or `..` segment"),
        (wxpay.chain("v3/%2e%2E/x"), "`.` or `..` segment"),
        (wxpay.chain("v3/x#y"), "`#`"),
        (wxpay.chain("v3/{id"), "`v3/{id` is no template: a `{` is not closed"),
        (wxpay.seg("v3").seg("_OutTradeNo_"), "`{-out-trade-no}` is not an RFC 6570 expression"),
        (wxpay.chain("v3/x?a=1").seg("y"), "path after its query"),
        (wxpay.chain(""), "the path is empty"),
        (wxpay.chain("v2/pay/micropay"), v2),
        (wxpay.seg("V2").seg("pay"), v2),
        (wxpay.chain("v3/x").header("Authorization", "x"), "header `Authorization` is set by the client"),
        (wxpay.chain("v3/x").header("hOST", "x"), "header `hOST`"),
        (wxpay.chain("v3/x").header("Content-Length", "1"), "header `Content-Length`"),
        (wxpay.chain("v3/x").header("Transfer-Encoding", "chunked"), "header `Transfer-Encoding`"),
        (wxpay.chain("v3/x").header("X Y", "x"), "header name \"X Y\""),
        (wxpay.chain("v3/x").header("X-Y", "a\r\nb: c"), "value of the header `X-Y`"),
        (wxpay.chain("v3/x").header("X-Y", "张三"), "value of the header `X-Y`"),
        (wxpay.chain("v3/x").timeout(Duration::ZERO), "timeout is zero"),
        (wxpay.chain("v3/x").arg("x".repeat(70_000)), "65,534 bytes"),
    ] {
        let error = refused(&chain);
        assert_eq!(error.kind(), ErrorKind::Request, "{error}");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        let error = chain.get().unwrap_err();
        assert!(error.kind() == ErrorKind::Request && error.to_string().contains(expected), "{error}");
        assert!(!error.outcome_unknown() && !error.is_retryable() && error.attempts().is_empty());
    }
    let error = wxpay.chain("v3/x").send(Method::CONNECT, ()).unwrap_err();
    assert!(error.kind() == ErrorKind::Request && error.to_string().contains("CONNECT"), "{error}");
    let error = refused(&wxpay.chain("v3/{out_trade_no}").var("outTradeNo", "1"));
    assert!(error.to_string().ends_with("has no value; given: `outTradeNo`"), "{error}");
    for value in [json!(null), json!([]), json!("x"), json!({"a": [null]})] {
        assert_eq!(wxpay.chain("v3/x").post(value).unwrap_err().kind(), ErrorKind::Request);
    }
    assert!(gateway.calls().is_empty());
}

#[test]
fn the_callers_headers_replace_the_defaults() {
    let (_gateway, wxpay) = presign();
    let chain = wxpay
        .chain("v3/x")
        .header("Wechatpay-Serial", "PUB_KEY_ID_1")
        .header("accept", "*/*")
        .header("wechatpay-serial", "PUB_KEY_ID_2")
        .header("Idempotency-Key", "k");
    let request = chain.to_request(Method::POST, Payload::raw("<x/>", "text/xml")).unwrap();
    let headers = request.headers();
    assert_eq!(
        (&headers["wechatpay-serial"], &headers["accept"]),
        (&"PUB_KEY_ID_2".parse().unwrap(), &"*/*".parse().unwrap())
    );
    assert_eq!(
        (&headers["content-type"], &headers["idempotency-key"]),
        (&"text/xml".parse().unwrap(), &"k".parse().unwrap())
    );
    assert_eq!(headers.len(), 5);
    assert!(
        chain.to_request(Method::POST, Payload::raw("x", "a\nb")).unwrap_err().to_string().contains("content type")
    );
}

#[test]
fn chains_are_values() {
    fn crosses<T: Send + Sync + Clone + std::fmt::Debug + 'static>(_: &T) {}
    let (_gateway, wxpay) = presign();
    let base = wxpay.chain("v3/pay/transactions/id/{id}").var("id", "1");
    let (one, two) = (base.query("mchid", 1), base.query("mchid", 2).var("id", "2"));
    assert_eq!(uri(&base), "v3/pay/transactions/id/1");
    assert_eq!(uri(&one), "v3/pay/transactions/id/1?mchid=1");
    assert_eq!(uri(&two), "v3/pay/transactions/id/2?mchid=2");
    crosses(&base);
    crosses::<Client>(&wxpay);
    let place = &wxpay["v3/pay"];
    let (same, child, same_child) = (&wxpay["v3/pay"], &place["x"], &place["x"]);
    assert!(std::ptr::eq(place, same) && std::ptr::eq(child, same_child));
    assert_eq!(uri(&place["x"]), "v3/pay/x");
}

#[test]
fn brand_paths_and_brand_clients_belong_together() {
    let (gateway, wxpay) = presign();
    let error = refused(&wxpay.chain("brand/marketing/x"));
    assert_eq!((error.kind(), error.to_string().contains("brand_id")), (ErrorKind::Config, true));
    let keys: BTreeMap<_, _> = gateway.env().into_iter().collect();
    let brand = Client::builder()
        .brand_id("B1")
        .serial(wxpay.serial())
        .private_key(wechatpay_chain::PrivateKey::from_pem(&keys["WECHATPAY_PRIVATE_KEY"]).unwrap())
        .platform_key("PUB_KEY_ID_1", wechatpay_chain::PublicKey::from_pem(&keys["WECHATPAY_PUBLIC_KEY"]).unwrap())
        .base_uri(gateway.url())
        .build()
        .unwrap();
    assert_eq!((brand.mchid(), uri(&brand.chain("brand/marketing/x"))), ("", "brand/marketing/x".to_owned()));
    assert_eq!(refused(&brand.chain("v3/x")).kind(), ErrorKind::Config);
    brand.chain("brand/marketing/x").get().unwrap_err();
    let calls = gateway.calls();
    let authorization = calls[0].headers()["authorization"].to_str().unwrap();
    assert!(
        authorization.starts_with("WECHATPAY-BRAND-SHA256-RSA2048 brand_id=\"B1\",nonce_str=\""),
        "{authorization}"
    );
}
