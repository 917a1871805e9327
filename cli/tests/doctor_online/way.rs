//! The way to the gateway, and to the notify URL.

use serde_json::{Value, json};
use wechatpay_chain::mock;
use wechatpay_sim::Simulator;

use super::merchant::Merchant;
use super::servers::{self, Server, answer};
use super::verdicts::{check, found, is_well};
use super::{PLAIN, doctor, owned, settings};

#[test]
fn the_way_to_the_gateway_is_looked_at_step_by_step() {
    let vars = owned(&Merchant::new());
    let closed = servers::closed();
    let base = |url: &str| [("WECHATPAY_BASE_URI", url.to_owned())];
    let at = |url: &str, words: &[&str], more: &[(&str, &str)]| {
        let base = base(url);
        let more: Vec<_> =
            base.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
        doctor(&vars, words, &more)
    };
    found(&at("https://gateway.invalid/", &[], &[]), "dns", "fail");
    found(&at(&format!("http://127.0.0.1:{closed}/"), &[], &[]), "tcp", "fail");
    let proxy = format!("http://me:geheim@127.0.0.1:{closed}");
    let refused = found(&at("https://gateway.invalid/", &[], &[("HTTPS_PROXY", &proxy)]), "proxy.connect", "fail");
    assert!(!refused.to_string().contains("geheim"));
    let server = Server::start(|_| answer(407, "Proxy-Authenticate: Basic\r\n", ""));
    let refused = found(&at("https://gateway.invalid/", &["--proxy", &server.url()], &[]), "proxy.connect", "fail");
    assert!(refused["message"]["en"].as_str().unwrap().contains("407"), "{refused}");
    let plain = Server::start(|_| answer(200, "", "{}"));
    found(&at(&plain.url().replace("http:", "https:"), &[], &[]), "tls.chain", "fail");
    let gateway = mock::Server::start_tls().unwrap();
    let untrusted = found(&at(&gateway.url(), &[], &[]), "tls.chain", "fail");
    assert_ne!(untrusted["seen"], "?", "the issuer is shown");
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, gateway.ca()).unwrap();
    let own: Vec<_> = gateway.env().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    is_well(&doctor(&own, &[PLAIN, &["--ca", ca.to_str().unwrap()]].concat(), &[]), "public_key");
    // By way of a proxy, to a name that only the proxy knows where to find.
    let port = gateway.url().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
    let proxy = format!("http://127.0.0.1:{}", servers::proxy(port));
    let words = [PLAIN, &["--ca", ca.to_str().unwrap(), "--base-uri", "https://api.mch.weixin.qq.com/"]].concat();
    let run = doctor(&own, &words, &[("HTTPS_PROXY", &proxy)]);
    is_well(&run, "public_key");
    assert_eq!(
        (check(&run.json(), "proxy.connect")["state"].clone(), check(&run.json(), "tcp")["reason"].clone()),
        (json!("ok"), json!("not_applicable"))
    );
    let (tls, authority) = servers::tls("other.example");
    std::fs::write(&ca, authority).unwrap();
    found(&at(&tls, &["--ca", ca.to_str().unwrap()], &[]), "tls.name", "fail");
}

#[test]
fn the_notify_url_is_asked_to_refuse_a_forged_notice() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    let vars = settings(&sim, "1900000001");
    let at = |url: &str, words: &[&str]| doctor(&vars, words, &[("WECHATPAY_NOTIFY_URL", url)]);
    for (status, id) in [
        (200, Some("notify_url.refuses_forged")),
        (204, Some("notify_url.refuses_forged")),
        (302, Some("notify_url.redirect")),
        (404, Some("notify_url.route")),
        (405, Some("notify_url.route")),
        (410, Some("notify_url.route")),
        (401, None),
        (500, None),
    ] {
        let server = Server::start(move |_| answer(status, "Location: http://127.0.0.1:1/\r\n", ""));
        let run = at(&format!("{}notify", server.url()), &[]);
        match id {
            Some(id) => drop(found(&run, id, "fail")),
            None => is_well(&run, "public_key"),
        }
        let seen = server.seen();
        assert_eq!(seen.len(), 1, "one notice is sent, and no redirect followed");
        assert!(
            seen[0].starts_with("POST /notify HTTP/1.1") && seen[0].contains("SECURITY_ECHO.SUCCESS"),
            "{}",
            seen[0]
        );
        assert!(seen[0].to_ascii_lowercase().contains("wechatpay-serial: pub_key_id_"), "{}", seen[0]);
    }
    let (over, ended) = std::sync::mpsc::channel::<()>();
    let silent = Server::start(move |_| {
        // It says nothing until the doctor has given up.
        _ = ended.recv();
        answer(401, "", "")
    });
    found(&at(&format!("{}notify", silent.url()), &[]), "notify_url.speed", "fail");
    drop(over);
    found(&at(&format!("http://127.0.0.1:{}/notify", servers::closed()), &[]), "notify_url.connects", "fail");
    found(&at("https://notify.invalid/n", &[]), "notify_url.resolves", "fail");
    let run = at(&format!("http://127.0.0.1:{}/notify", servers::closed()), &["--no-notify"]);
    is_well(&run, "public_key");
    assert_eq!(check(&run.json(), "notify_url.connects")["reason"], "asked");
    let document: Value = run.json();
    assert_eq!(document["offline"], false);
}
