//! The way out of a merchant's network: everything that is meant for a host goes to a URL instead, and is signed and judged as for the host.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use std::env;
use std::process::Command;
use std::sync::{Arc, Mutex};

use support::way_out::WayOut;
use support::{HOOK, REFUND, block_on, full, hook, middleware, nobody, order, refund, refund_v2};
use tower::ServiceExt as _;
use wechatpay_chain::mock::{Fault, Reply, Server, Validity};
use wechatpay_chain::{Bill, Client, ClientBuilder, Error, ErrorKind, Method, json};

const API: &str = "api.mch.weixin.qq.com";
const API2: &str = "api2.mch.weixin.qq.com";
const TRADE: &str = "v3/bill/tradebill";
const FUND_FLOW: &str = "v3/bill/fundflowbill";
const CSV: &str = "a,b\r\n`1,`2\r\n";
const CSV_SHA1: &str = "e33a4ec75a551d322b813fd3c1dad64b3573420d";

/// A client of the real gateway whose way out leads to the stand-in.
fn builder(gateway: &Server) -> ClientBuilder {
    gateway.builder().base_uri(format!("https://{API}/"))
}

/// The value of a header, of a head in small letters.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn assert_refused(error: &Error, text: &str) {
    assert_eq!(error.kind(), ErrorKind::Config, "{}", full(error));
    assert!(error.to_string().contains(text), "{text}: {}", full(error));
    assert!(!error.outcome_unknown() && !error.is_retryable() && error.attempts().is_empty(), "{}", full(error));
}

#[test]
fn a_call_goes_by_the_way_out_and_is_signed_as_for_its_host() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    gateway.on(Method::GET, "hk/v3/refunds/id/{id}").reply(json!({"x": 1}));
    let out = WayOut::to(&gateway);
    // In any case, for any port, and with a missing final `/`.
    let url = out.url.trim_end_matches('/');
    let wxpay = builder(&gateway).egress("API.mch.weixin.qq.com", url).build().unwrap();
    let response = wxpay[REFUND].post(refund("张三")).unwrap();
    assert_eq!(response.attempts()[0].host(), API);
    let base = format!("https://{API}:443/hk");
    let read = wxpay.chain("v3/refunds/id/{id}").var("id", "a/|张").query("mchid", "x y&").base_uri(&base);
    assert_eq!(read.get().unwrap().get::<u8>("/x").unwrap(), 1);
    assert_eq!(block_on(read.get_async()).unwrap().get::<u8>("/x").unwrap(), 1);
    let paths: Vec<_> = gateway.calls().iter().map(|call| call.path().to_owned()).collect();
    assert_eq!(
        paths,
        ["/v3/refund/domestic/refunds", "/hk/v3/refunds/id/a%2F%7C%E5%BC%A0", "/hk/v3/refunds/id/a%2F%7C%E5%BC%A0"]
    );
    let heads = out.heads();
    assert!(heads[0].starts_with("post /way/out/v3/refund/domestic/refunds http/1.1\r\n"), "{}", heads[0]);
    assert!(
        heads[1].starts_with("get /way/out/hk/v3/refunds/id/a%2f%7c%e5%bc%a0?mchid=x%20y%26 http/1.1\r\n"),
        "{}",
        heads[1]
    );
    for head in &heads {
        assert_eq!(
            (header(head, "host"), header(head, "x-forwarded-host")),
            (Some(&out.host[..]), Some(API)),
            "{head}"
        );
        assert_eq!(head.matches("\r\nhost: ").count(), 1);
        assert!(header(head, "authorization").is_some_and(|value| value.starts_with("wechatpay2-sha256-rsa2048")));
    }
    // An answer that is not the gateway's is none by this way either.
    gateway.on(Method::GET, HOOK).fault(Fault::BadSignature);
    assert_eq!(wxpay[HOOK].get().unwrap_err().kind(), ErrorKind::Verify);
}

#[test]
fn layers_and_to_request_see_the_real_host() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({}));
    let (out, seen) = (WayOut::to(&gateway), Arc::new(Mutex::new(Vec::new())));
    let log = Arc::clone(&seen);
    let layer = middleware(move |request: support::HttpRequest, stack: wechatpay_chain::Stack| {
        log.lock().unwrap().push((request.uri().to_string(), request.headers().contains_key("x-forwarded-host")));
        stack.oneshot(request)
    });
    let wxpay = builder(&gateway).egress("*", &out.url).layer(layer).build().unwrap();
    wxpay[HOOK].get().unwrap();
    let real = format!("https://{API}/{HOOK}");
    assert_eq!(*seen.lock().unwrap(), [(real.clone(), false)]);
    assert_eq!(wxpay[HOOK].to_request(Method::GET, ()).unwrap().uri(), &real[..]);
    assert_eq!(wxpay.hosts()[0].uri(), format!("https://{API}/"));
}

#[test]
fn without_a_line_that_fits_a_host_is_reached_directly() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({}));
    let out = WayOut::to(&gateway);
    let wxpay = gateway.builder().egress(API, &out.url).build().unwrap();
    wxpay[HOOK].header("X-Forwarded-Host", "mine").get().unwrap();
    assert!(out.heads().is_empty());
    assert_eq!(gateway.calls()[0].headers()["x-forwarded-host"], "mine");
    // By its name, whatever the port; what is asked instead has no line of its own, even where it has the same name.
    let wxpay = gateway.builder().egress("127.0.0.1", &out.url).build().unwrap();
    wxpay[HOOK].get().unwrap();
    let here = gateway.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    assert_eq!(header(&out.heads()[0], "x-forwarded-host"), Some(&here[..]));
}

#[test]
fn bills_and_invoices_come_by_the_way_out_of_the_host_that_the_answer_names() {
    let (gateway, other) = (Server::start().unwrap(), Server::start().unwrap());
    for (host, path, token) in [(API, TRADE, "a"), (API2, FUND_FLOW, "b")] {
        let url = format!("https://{host}/v3/billdownload/file?token={token}");
        let bill = json!({"hash_type": "SHA1", "hash_value": CSV_SHA1, "download_url": url});
        gateway.on(Method::GET, path).reply(bill);
    }
    gateway.on(Method::GET, "v3/billdownload/file").reply(Reply::file("text/csv", CSV));
    other.on(Method::GET, "v3/billdownload/file").reply(Reply::file("text/csv", CSV));
    other.on(Method::GET, "v3/new-tax-control-fapiao/download").reply(Reply::file("application/pdf", "%PDF-1.4"));
    let (out, others) = (WayOut::to(&gateway), WayOut::to(&other));
    let wxpay = builder(&gateway).egress(API, &out.url).egress("*", &others.url).build().unwrap();
    for path in [TRADE, FUND_FLOW] {
        let (bill, mut file) = (wxpay.chain(path).query("bill_date", "2026-11-21").get().unwrap(), Vec::new());
        wxpay.download(&bill).unwrap().to_writer(&mut file).unwrap();
        assert_eq!(file, CSV.as_bytes());
    }
    let invoice = "https://pay.wechatpay.cn/v3/new-tax-control-fapiao/download?token=x";
    let mut file = Vec::new();
    block_on(wxpay.download_url(invoice).unwrap().to_writer_async(&mut file)).unwrap();
    assert_eq!(file, b"%PDF-1.4");
    assert_eq!((gateway.calls().len(), other.calls().len()), (3, 2));
    let real: Vec<_> = others.heads().iter().map(|head| header(head, "x-forwarded-host").unwrap().to_owned()).collect();
    assert_eq!(real, [API2, "pay.wechatpay.cn"]);
    assert!(header(&others.heads()[0], "authorization").is_some());
    assert_eq!(header(&others.heads()[1], "authorization"), None);
    // What may be asked is decided by the real host.
    for url in ["https://evil.example/v3/billdownload/file?token=x", &format!("{}v3/billdownload/file", others.url)] {
        let error = wxpay.download_url(url).unwrap_err();
        assert!(error.to_string().contains("neither the client's base_uri nor a host of WeChat Pay"), "{error}");
    }
    assert_eq!(others.heads().len(), 2);
}

#[test]
fn the_stand_in_names_the_host_that_a_call_was_meant_for() {
    let gateway = Server::start().unwrap();
    gateway.bills(3);
    let out = WayOut::to(&gateway);
    let wxpay = builder(&gateway).egress("*", &out.url).build().unwrap();
    let bill = wxpay.chain("v3/bill/tradebill").query("bill_date", "2026-11-21").get().unwrap();
    let url = bill["download_url"].as_str().unwrap();
    assert!(url.starts_with(&format!("https://{API}/v3/billdownload/file?token=")), "{url}");
    let mut file = Vec::new();
    assert!(wxpay.download(&bill).unwrap().to_writer(&mut file).unwrap() > 0);
    assert_eq!(Bill::from_bytes(file).unwrap().rows().map(Result::unwrap).count(), 3);
}

#[test]
fn certificates_and_warming_up_go_by_the_way_out() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({}));
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let out = WayOut::to(&gateway);
    let builder = gateway.merchant_builder().base_uri(format!("https://{API}")).auto_certificates();
    let wxpay = builder.egress(API, &out.url).build().unwrap();
    wxpay.warm_up().unwrap();
    wxpay.certificates().refresh().unwrap();
    wxpay[HOOK].get().unwrap();
    assert_eq!(wxpay.certificates().status().serials, [serial]);
    let lines: Vec<_> = out.heads().iter().map(|head| head.lines().next().unwrap().to_owned()).collect();
    let expected = [
        "get /way/out/v3/certificates http/1.1",
        "head /way/out/ http/1.1",
        "get /way/out/v3/certificates http/1.1",
        "get /way/out/v3/merchant-service/complaint-notifications http/1.1",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn failing_over_is_between_the_real_hosts() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    let (out, gone) = (WayOut::to(&gateway), nobody());
    let wxpay = builder(&gateway).egress(API, format!("http://{gone}/x/")).egress(API2, &out.url).build().unwrap();
    let response = wxpay[REFUND].post(refund(1)).unwrap();
    let hosts: Vec<_> = response.attempts().iter().map(|attempt| attempt.host().to_owned()).collect();
    assert_eq!(hosts, [API, API2]);
    let known: Vec<_> = wxpay.hosts().iter().map(|host| (host.uri().to_owned(), host.is_available())).collect();
    assert_eq!(known, [(format!("https://{API}/"), false), (format!("https://{API2}/"), true)]);
    assert_eq!(header(&out.heads()[0], "x-forwarded-host"), Some(API2));
    assert_eq!(wxpay[REFUND].post(refund(1)).unwrap().attempts().len(), 1);
    // Where both have one way out, and it is closed, both are tried and the last says by which.
    let wxpay = builder(&gateway).egress("*", format!("http://{gone}/")).build().unwrap();
    let error = wxpay[REFUND].post(refund(1)).unwrap_err();
    assert_eq!((error.kind(), error.attempts().len(), error.outcome_unknown()), (ErrorKind::Connect, 2, false));
    assert_eq!(error.to_string(), format!("no connection to {API2} by way of {gone}; nothing was sent"));
}

#[test]
fn a_way_out_over_tls_is_checked_by_its_own_name() {
    let gateway = Server::start_mtls().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({"x": 1}));
    gateway.on(Method::POST, "v2/secapi/pay/refund").reply(json!({"refund_id": "5000"}));
    let wxpay = builder(&gateway).egress("*", gateway.url()).build().unwrap();
    assert_eq!(wxpay.chain(HOOK).mtls().get().unwrap().get::<u8>("/x").unwrap(), 1);
    wxpay["v2/secapi/pay/refund"].post(refund_v2(&wxpay)).unwrap();
    // Of an authority that is the stand-in's own.
    let url = gateway.url();
    let stranger = Client::builder().mchid("1900000109").secret("s".repeat(32)).egress("*", &url).build().unwrap();
    let error = stranger["v2/pay/unifiedorder"].post(order(&stranger)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(full(&error).contains("UnknownIssuer"), "{}", full(&error));
    // Issued for 127.0.0.1.
    let wrong = builder(&gateway).egress("*", url.replace("127.0.0.1", "127.0.0.2"));
    assert_eq!(wrong.build().unwrap().chain(HOOK).mtls().get().unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(gateway.calls().len(), 2);
}

#[test]
fn the_merchant_certificate_is_not_lost_on_a_way_out_without_tls() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, "v2/pay/unifiedorder").reply(json!({"prepay_id": "wx1"}));
    gateway.on(Method::POST, "v2/secapi/pay/refund").reply(json!({"refund_id": "5000"}));
    let out = WayOut::to(&gateway);
    let wxpay = builder(&gateway).egress("*", &out.url).build().unwrap();
    let order = order(&wxpay);
    assert_eq!(wxpay["v2/pay/unifiedorder"].post(&order).unwrap().get::<String>("/prepay_id").unwrap(), "wx1");
    let text = format!("egress leads the calls for {API} over http, to {}", out.host);
    for error in [
        wxpay["v2/secapi/pay/refund"].post(&order).unwrap_err(),
        block_on(wxpay["v2/secapi/pay/refund"].post_async(&order)).unwrap_err(),
        wxpay.chain(HOOK).mtls().post(hook()).unwrap_err(),
        wxpay.chain(HOOK).mtls().idempotent().get().unwrap_err(),
    ] {
        assert_refused(&error, &text);
        assert!(error.to_string().contains("presents the merchant certificate"), "{error}");
    }
    assert_eq!((gateway.calls().len(), out.heads().len()), (1, 1));
    // A base URI that is http itself promised no TLS.
    let wxpay = gateway.builder().egress("*", &out.url).build().unwrap();
    wxpay["v2/secapi/pay/refund"].post(refund_v2(&wxpay)).unwrap();
}

#[test]
fn what_is_wrong_with_a_line_is_told_by_build() {
    let gateway = Server::start().unwrap();
    for (host, url, text) in [
        ("", "http://10.0.0.5/", "egress has an empty host"),
        ("https://api.mch.weixin.qq.com", "http://10.0.0.5/", "with a scheme"),
        ("api.mch.weixin.qq.com:443", "http://10.0.0.5/", "with a port"),
        ("api.mch.weixin.qq.com/", "http://10.0.0.5/", "with a path"),
        (API, "", "egress of the host `api.mch.weixin.qq.com`: the URL"),
        (API, "10.0.0.5:8080/wxpay/", "is no absolute URI"),
        (API, "socks5://10.0.0.5/", "has the scheme `socks5`"),
        (API, "http://10.0.0.5/?a=b", "has a query or a fragment"),
        (API, "http://me:geheim@10.0.0.5/", "names a user"),
    ] {
        assert_refused(&builder(&gateway).egress(host, url).build().unwrap_err(), text);
    }
    let twice = builder(&gateway).egress(API, "http://10.0.0.5/").egress(API.to_uppercase(), "http://10.0.0.6/");
    assert_refused(&twice.build().unwrap_err(), "names the host `API.MCH.WEIXIN.QQ.COM` twice");
}

#[test]
fn the_environment_names_ways_out() {
    const CHILD: &str = "WECHATPAY_TEST_CHILD";
    if env::var(CHILD).is_ok() {
        match Client::from_env().and_then(|wxpay| wxpay[HOOK].get()) {
            Ok(response) => println!("answer by {}", response.attempts()[0].host()),
            Err(error) => println!("{:?}: {error}", error.kind()),
        }
        return;
    }
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({}));
    let out = WayOut::to(&gateway);
    let child = |egress: &str| {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "the_environment_names_ways_out", "--nocapture"]).env(CHILD, "1").envs(gateway.env());
        child.env("WECHATPAY_BASE_URI", format!("https://{API}/")).env("WECHATPAY_EGRESS", egress);
        String::from_utf8(child.output().unwrap().stdout).unwrap()
    };
    for egress in [format!("*=http://127.0.0.1:1/, {API} = {}\n", out.url), format!("*={}", out.url)] {
        let text = child(&egress);
        assert!(text.contains(&format!("answer by {API}")), "{egress}: {text}");
    }
    assert_eq!(out.heads().len(), 2);
    for (egress, why) in [
        ("http://10.0.0.5/", "a line without `=`"),
        ("a=http://b/,", "a line without `=`"),
        ("a=http://b/,A=http://c/", "twice"),
        ("=http://b/", "an empty host"),
        ("a=b", "no absolute URI"),
        ("a:1=http://b/", "with a port"),
    ] {
        let text = child(egress);
        assert!(text.contains("Config: WECHATPAY_EGRESS: ") && text.contains(why), "{egress}: {text}");
    }
}
