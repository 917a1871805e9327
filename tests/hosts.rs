//! Which host a call goes to, and what is learnt from it: answers, breaks, probes, calls that are for other places.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::time::Duration;

use bytes::Bytes;
use support::{HOOK, REFUND_1, full, hook, nobody, quick, raw_server};
use wechatpay_chain::mock::{Fault, Server, Validity};
use wechatpay_chain::{BoxError, Client, ErrorKind, Method, Retry, Signer, json};

#[test]
fn a_host_that_answers_is_asked_again_whatever_it_says() {
    let (gateway, other) = (Server::start().unwrap(), Server::start().unwrap());
    gateway.on(Method::GET, HOOK).status(503, json!({"code": "SYSTEM_ERROR"}));
    let wxpay = gateway.builder().backup_uri(other.url()).retry(quick(3)).build().unwrap();
    assert_eq!(wxpay[HOOK].get().unwrap_err().attempts().len(), 3);
    assert_eq!((gateway.calls().len(), other.calls().len()), (3, 0));
    let wxpay = gateway.builder().backup_uri(format!("http://{}/", nobody())).retry(quick(3)).build().unwrap();
    let error = wxpay[HOOK].get().unwrap_err();
    assert!(error.attempts().iter().all(|attempt| attempt.status().is_some()), "{}", full(&error));
    assert!(wxpay.hosts().iter().all(wechatpay_chain::Host::is_available));
}

#[test]
fn after_a_break_a_good_host_is_asked_rather_than_one_that_is_left_alone() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).fault(Fault::Reset);
    let gone = format!("http://{}/", nobody());
    let wxpay = gateway.builder().backup_uri(&gone).retry(quick(2)).build().unwrap();
    // The backup is tried, and found not to be there.
    assert_eq!(wxpay[HOOK].get().unwrap_err().kind(), ErrorKind::Connect);
    assert!(wxpay.hosts()[0].is_available() && !wxpay.hosts()[1].is_available());
    let error = wxpay[HOOK].get().unwrap_err();
    assert_eq!((error.kind(), error.attempts().len(), gateway.calls().len()), (ErrorKind::Transport, 2, 3));
    assert!(error.attempts().iter().all(|attempt| !gone.contains(attempt.host())));
}

#[test]
fn a_call_for_another_place_is_no_probe_of_a_host() {
    let (gateway, backup, other) = (Server::start().unwrap(), Server::start().unwrap(), Server::start().unwrap());
    for server in [&gateway, &backup, &other] {
        server.on(Method::GET, HOOK).reply(json!({}));
    }
    gateway.on(Method::GET, REFUND_1).fault(Fault::Reset);
    // Long enough to be seen before it is over.
    let cooldown = Duration::from_secs(1);
    let builder = gateway.builder().backup_uri(backup.url()).failover_cooldown(cooldown).retry(Retry::none());
    let wxpay = builder.build().unwrap();
    for _ in 0..3 {
        wxpay[REFUND_1].get().unwrap_err();
    }
    assert!(!wxpay.hosts()[0].is_available());
    while !wxpay.hosts()[0].is_available() {
        std::thread::yield_now();
    }
    wxpay[HOOK].base_uri(other.url()).get().unwrap();
    wxpay[HOOK].get().unwrap();
    assert_eq!((gateway.calls().len(), backup.calls().len(), other.calls().len()), (4, 0, 1));
}

/// A key service that never answers.
struct Silent;

impl Signer for Silent {
    async fn sign(&self, _: Bytes) -> Result<Vec<u8>, BoxError> {
        std::future::pending().await
    }
}

#[test]
fn a_host_is_not_blamed_for_a_slow_signer() {
    let (gateway, backup) = (Server::start().unwrap(), Server::start().unwrap());
    let builder = gateway.builder().backup_uri(backup.url()).signer(Silent).timeout(Duration::from_millis(30));
    let wxpay = builder.build().unwrap();
    for _ in 0..4 {
        let error = wxpay[HOOK].post(hook()).unwrap_err();
        assert!(error.kind() == ErrorKind::Timeout && !error.outcome_unknown(), "{}", full(&error));
    }
    assert!(wxpay.hosts()[0].is_available());
}

#[test]
fn platform_certificates_come_from_a_host_that_answers() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({}));
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let breaking = raw_server(|stream, _| drop(stream));
    for (primary, left_alone) in [(nobody(), true), (breaking, false)] {
        let builder = gateway.merchant_builder().base_uri(format!("http://{primary}/")).backup_uri(gateway.url());
        let wxpay = builder.auto_certificates().retry(quick(2)).build().unwrap();
        wxpay[HOOK].get().unwrap();
        assert_eq!(!wxpay.hosts()[0].is_available(), left_alone, "{:?}", wxpay.hosts());
    }
}

#[test]
fn no_cooldown_is_too_long() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({}));
    let builder = gateway.builder().base_uri(format!("http://{}/", nobody())).backup_uri(gateway.url());
    let wxpay = builder.failover_cooldown(Duration::MAX).build().unwrap();
    wxpay[HOOK].get().unwrap();
    assert!(wxpay.hosts()[0].left_alone_for().unwrap() > Duration::from_secs(300 * 86_400));
}

#[test]
fn the_default_host_keeps_its_backup_however_it_is_written() {
    let hosts = |base: Option<&str>| {
        let builder = Client::builder().mchid("1").secret("s".repeat(32));
        let builder =
            base.map_or_else(|| builder, |base| Client::builder().mchid("1").secret("s".repeat(32)).base_uri(base));
        let hosts = builder.build().unwrap().hosts();
        hosts.iter().skip(1).map(|host| host.uri().to_owned()).collect::<Vec<_>>()
    };
    for base in [
        None,
        Some("https://api.mch.weixin.qq.com/"),
        Some("https://api.mch.weixin.qq.com"),
        Some("https://API.MCH.Weixin.qq.com:443/"),
        Some("HTTPS://api.mch.weixin.qq.com"),
    ] {
        assert_eq!(hosts(base), ["https://api2.mch.weixin.qq.com/"], "{base:?}");
    }
    assert_eq!(hosts(Some("https://api.mch.weixin.qq.com/hk")), ["https://api2.mch.weixin.qq.com/hk/"]);
    for other in [
        "http://api.mch.weixin.qq.com/",
        "https://api.mch.weixin.qq.com:8443/",
        "https://api2.mch.weixin.qq.com/",
        "https://apihk.mch.weixin.qq.com/",
        "https://proxy.example/",
    ] {
        assert!(hosts(Some(other)).is_empty(), "{other}");
    }
    // What is given takes its place.
    let builder = Client::builder().mchid("1").secret("s".repeat(32)).base_uri("https://api.mch.weixin.qq.com/");
    let given = builder.backup_uri("https://apihk.mch.weixin.qq.com/").build().unwrap().hosts();
    assert_eq!(given.len(), 2);
    assert_eq!(given[1].uri(), "https://apihk.mch.weixin.qq.com/");
}

#[test]
fn a_call_stays_with_a_base_uri_of_its_own_that_is_the_primarys_too() {
    let backup = Server::start().unwrap();
    backup.on(Method::GET, HOOK).reply(json!({}));
    backup.on(Method::POST, HOOK).reply(json!({}));
    let gone = format!("http://{}/", nobody());
    let wxpay = backup.builder().base_uri(&gone).backup_uri(backup.url()).retry(quick(3)).build().unwrap();
    for base in [gone.as_str(), gone.trim_end_matches('/')] {
        let own = wxpay[HOOK].base_uri(base);
        let error = own.post(hook()).unwrap_err();
        assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Connect, 3), "{}", full(&error));
        assert!(error.attempts().iter().all(|attempt| gone.contains(attempt.host())));
        let error = own.retry(Retry::none()).get().unwrap_err();
        assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Connect, 1), "{}", full(&error));
    }
    assert!(backup.calls().is_empty() && wxpay.hosts()[0].is_available());
    assert_eq!(wxpay[HOOK].post(hook()).unwrap().attempts().len(), 2);
}
