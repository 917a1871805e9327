//! `wxpay doctor` against the simulator, the stand-in, and servers that are neither.
#![allow(missing_docs)]

#[path = "support/merchant.rs"]
mod merchant;
#[path = "support/servers.rs"]
mod servers;
mod support;
#[path = "support/verdicts.rs"]
mod verdicts;

use std::time::{Duration, SystemTime};

use http::StatusCode;
use merchant::{ID, Merchant, OTHER, PLATFORM, PLATFORM_SERIAL, certificate};
use serde_json::{Value, json};
use servers::{Server, answer};
use support::{Run, run};
use verdicts::{check, found, is_well};
use wechatpay_chain::{Method, PrivateKey, gateway, mock};
use wechatpay_sim::{Fault, Simulator};

const FIRST: (&str, &str) = ("GET", "v3/certificates");
const ECHO: (&str, &str) = ("POST", "v3/security/echo");

/// The stand-in's APIv3 key has hyphens in it, which the merchant platform would not take.
const PLAIN: &[&str] = &["--skip", "apiv3key.characters"];

/// The settings of a merchant of the simulator.
fn settings(sim: &Simulator, mchid: &str) -> Vec<(String, String)> {
    let env = sim.get(&format!("env?format=json&mchid={mchid}")).unwrap();
    let env = env.as_object().unwrap().iter().filter(|(name, _)| !name.starts_with("WECHATPAY_SIM_"));
    env.filter_map(|(name, value)| Some((name.clone(), value.as_str().filter(|value| !value.is_empty())?.to_owned())))
        .collect()
}

/// How fast a server is that shares the machine with compilers is no matter here.
fn doctor(vars: &[(String, String)], words: &[&str], more: &[(&str, &str)]) -> Run {
    timed(vars, &[&["--skip", "http.speed"], words].concat(), more)
}

fn timed(vars: &[(String, String)], words: &[&str], more: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    run(folder.path(), &[&["doctor", "--json"], words].concat(), &[&vars[..], more].concat())
}

/// How often a path was called.
fn calls(sim: &Simulator, path: &str) -> usize {
    sim.calls()
        .unwrap()
        .iter()
        .filter(|call| call["target"].as_str().is_some_and(|called| called.ends_with(path)))
        .count()
}

#[test]
fn merchants_of_the_simulator_are_well_and_asked_three_times() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    // By the public key, by certificates, a partner.
    for (mchid, mode, echoes) in
        [("1900000001", "public_key", 2), ("1900000002", "certificate", 2), ("1900000010", "public_key", 2)]
    {
        sim.post("reset", json!({})).unwrap();
        let before = (calls(&sim, "v3/certificates"), calls(&sim, "v3/security/echo"), sim.calls().unwrap().len());
        let mut vars = settings(&sim, mchid);
        if mode == "certificate" {
            vars.retain(|(name, _)| !name.contains("PUBLIC_KEY"));
        }
        is_well(&doctor(&vars, &[], &[]), mode);
        let after = (calls(&sim, "v3/certificates"), calls(&sim, "v3/security/echo"), sim.calls().unwrap().len());
        assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (1, echoes, 1 + echoes), "{mchid}");
    }
    let v2: Vec<_> = settings(&sim, "1900000001")
        .into_iter()
        .filter(|(name, _)| ["WECHATPAY_MCHID", "WECHATPAY_SECRET", "WECHATPAY_BASE_URI"].contains(&name.as_str()))
        .collect();
    is_well(&doctor(&v2, &[], &[]), "v2");
}

#[test]
fn faults_of_the_simulator_are_found_each_by_its_check() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    let vars = settings(&sim, "1900000001");
    for (fault, (method, path), id, state) in [
        (Fault::Unsigned, ECHO, "answer.signed", "fail"),
        (Fault::BadSignature, ECHO, "answer.verified", "fail"),
        (Fault::NotBase64, ECHO, "answer.verified", "fail"),
        (Fault::Probe, ECHO, "answer.verified", "fail"),
        (Fault::Tampered, ECHO, "answer.verified", "fail"),
        (Fault::Stale, ECHO, "answer.fresh", "fail"),
        (Fault::Future, ECHO, "answer.fresh", "fail"),
        (Fault::UnknownSerial, ECHO, "platform.known", "fail"),
        (Fault::OtherKey, ECHO, "platform.known", "fail"),
        (Fault::code("SYSTEM_ERROR"), FIRST, "http.answer", "fail"),
        (Fault::BadGateway, FIRST, "http.answer", "fail"),
        (Fault::Redirect, FIRST, "http.answer", "fail"),
        (Fault::Garbage, FIRST, "http.answer", "fail"),
        (Fault::ResetBefore, FIRST, "http.answer", "fail"),
        (Fault::code("NO_AUTH"), FIRST, "access.permitted", "fail"),
        (Fault::code("SIGN_ERROR"), FIRST, "sign.accepted", "fail"),
        (Fault::code("INVALID_REQUEST"), ECHO, "echo.accepted", "fail"),
    ] {
        let told = format!("{fault:?}");
        sim.fault(fault).on(method, path).times(1).set().unwrap();
        let run = doctor(&vars, &[], &[]);
        assert_eq!(run.json()["first"], id, "{told}");
        found(&run, id, state);
    }
    sim.fault(Fault::TimeoutBefore.of(5)).on(FIRST.0, FIRST.1).times(1).set().unwrap();
    found(&doctor(&vars, &["--timeout", "1"], &[]), "http.answer", "fail");
    sim.fault(Fault::Slow.of(4)).on(FIRST.0, FIRST.1).times(1).set().unwrap();
    found(&timed(&vars, &[], &[]), "http.speed", "warn");
    // The second of the self tests, the encrypted one.
    sim.fault(Fault::code("INVALID_REQUEST")).on(ECHO.0, ECHO.1).skip(1).times(1).set().unwrap();
    found(&doctor(&vars, &[], &[]), "encrypt.accepted", "fail");
}

#[test]
fn settings_that_the_gateway_does_not_know_are_found() {
    let sim = Simulator::builder().seed(1).start().unwrap();
    let with = |mchid: &str, changes: &[(&str, Option<&str>)]| {
        let mut vars = settings(&sim, mchid);
        for (name, value) in changes {
            let name = format!("WECHATPAY_{name}");
            vars.retain(|(known, _)| *known != name);
            vars.extend(value.map(|value| (name, value.to_owned())));
        }
        doctor(&vars, &[], &[])
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (other, public) = (OTHER.serialize_pem(), file("pub.pem", &OTHER.public_key_pem()));
    let signature = found(&with("1900000001", &[("PRIVATE_KEY", Some(&other))]), "sign.accepted", "fail");
    assert_eq!(signature["seen"], "signature: key or serial");
    let serial = "3775B6A45ACD588826D15E583A95F5DD3775B6A4";
    let serial = found(&with("1900000001", &[("SERIAL", Some(serial))]), "sign.accepted", "fail");
    assert_eq!(serial["seen"], "serial");
    found(&with("1900000001", &[("PUBLIC_KEY", Some(&public))]), "answer.verified", "fail");
    found(&with("1900000001", &[("PUBLIC_KEY_ID", Some(ID))]), "platform.known", "fail");
    // A merchant of the public key without it, and one of certificates with another APIv3 key.
    let none = [("PUBLIC_KEY", None), ("PUBLIC_KEY_ID", None)];
    found(&with("1900000001", &none), "certificates.available", "fail");
    let key = ("API_V3_KEY", Some("0123456789abcdef0123456789abcdef"));
    found(&with("1900000002", &[none[0], none[1], key]), "apiv3key.decrypts", "fail");
}

#[test]
fn the_ciphertext_of_an_answer_is_opened_and_compared() {
    let gateway = mock::Server::start().unwrap();
    let vars: Vec<_> = gateway.env().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let doctor = |vars: &[_]| doctor(vars, PLAIN, &[]);
    is_well(&doctor(&vars), "public_key");
    for sealed in [
        "bm8gY2lwaGVydGV4dA==".to_owned(),
        wechatpay_chain::PublicKey::from_pem(OTHER.public_key_pem()).unwrap().encrypt("x").unwrap(),
    ] {
        let echo = move |call: &mock::Call| {
            let text = &call.json()["echo_message"];
            match call.json()["encrypted_echo_message"].is_string() {
                true => json!({"echo_message": text, "encrypted_echo_message": sealed}),
                false => json!({"echo_message": text}),
            }
        };
        gateway.on(Method::POST, "v3/security/echo").reply_with(echo).times(2);
        found(&doctor(&vars), "decrypt.answer", "fail");
    }
    gateway.on(Method::POST, "v3/security/echo").reply(json!({"echo_message": "another"})).times(1);
    found(&doctor(&vars), "echo.accepted", "fail");
    // A gateway that does not offer the self test is as good.
    gateway
        .on(Method::POST, "v3/security/echo")
        .reply((StatusCode::NOT_FOUND, json!({"code": "RESOURCE_NOT_EXISTS", "message": "x"})));
    is_well(&doctor(&vars), "public_key");
}

/// What a gateway answers that lists these certificates and signs by the first of them; it does not offer the self test.
fn listing(certificates: Vec<String>) -> impl Fn(&str) -> String {
    move |request| {
        if request.starts_with("POST") {
            return answer(404, "", &json!({"code": "RESOURCE_NOT_EXISTS", "message": "x"}).to_string());
        }
        let entry = |text: &String| {
            let sealed = gateway::seal(merchant::API_V3_KEY, "61f9c719728a", "certificate", text.as_bytes()).unwrap();
            json!({"serial_no": "x", "encrypt_certificate": {"algorithm": sealed.algorithm, "nonce": sealed.nonce,
                "associated_data": sealed.associated_data, "ciphertext": sealed.ciphertext}})
        };
        let body = json!({"data": certificates.iter().map(entry).collect::<Vec<_>>()}).to_string();
        let key = gateway::PlatformKey::new(PLATFORM_SERIAL, PrivateKey::from_pem(PLATFORM.serialize_pem()).unwrap());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let headers = key
            .sign(now, "a nonce", body.as_bytes())
            .unwrap()
            .headers()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        answer(200, &headers.concat(), &body)
    }
}

#[test]
fn platform_certificates_that_are_not_the_present_ones_are_told_of() {
    let own = |days| certificate(&PLATFORM, PLATFORM_SERIAL, "Tenpay.com sign", (-1, days));
    let newer = certificate(&OTHER, "6157F09EFDC096DE15EBE81A47057A7232F1B8E1", "Tenpay.com sign", (-1, 1500));
    let at = |listed: Vec<String>, merchant: &Merchant| {
        let server = Server::start(listing(listed));
        let vars: Vec<_> =
            merchant.vars().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let run = doctor(&vars, &[], &[("WECHATPAY_BASE_URI", &server.url())]);
        let lines: Vec<_> = server.seen().iter().map(|seen| seen.lines().next().unwrap().to_owned()).collect();
        let expected = ["GET /v3/certificates HTTP/1.1", "POST /v3/security/echo HTTP/1.1"];
        assert_eq!(lines, expected, "the list, and the self test that is not offered");
        run
    };
    let fetching = Merchant::new().unset("PUBLIC_KEY_ID").unset("PUBLIC_KEY");
    let ending = found(&at(vec![own(20)], &fetching), "platform.current", "warn");
    assert!(ending["message"]["en"].as_str().unwrap().contains("ends on"), "{ending}");
    is_well(&at(vec![own(20), newer.clone()], &fetching), "certificate");
    let given = Merchant::of_certificates();
    is_well(&at(vec![own(900)], &given), "certificate");
    let lacking = found(&at(vec![own(900), newer], &given), "platform.current", "warn");
    assert_eq!(lacking["seen"], "6157F09EFDC096DE15EBE81A47057A7232F1B8E1");
    // Signed by one that is given, although the list does not open.
    let wrong = Merchant::of_certificates().set("API_V3_KEY", &merchant::API_V3_KEY.replace('0', "1"));
    found(&at(vec![own(900)], &wrong), "apiv3key.decrypts", "fail");
}

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

fn owned(merchant: &Merchant) -> Vec<(String, String)> {
    // Texts, since the folder is gone when the doctor looks.
    let key = ("WECHATPAY_PRIVATE_KEY".to_owned(), merchant::OWN.serialize_pem());
    let public = ("WECHATPAY_PUBLIC_KEY".to_owned(), PLATFORM.public_key_pem());
    let others = merchant.vars().into_iter().filter(|(name, _)| !name.ends_with("_KEY") || name.ends_with("V3_KEY"));
    others.map(|(name, value)| (name.to_owned(), value.to_owned())).chain([key, public]).collect()
}

#[test]
fn answers_that_are_not_wechat_pays_or_refuse_are_told_apart() {
    let vars = owned(&Merchant::new());
    let json = |code: &str, message: &str| json!({"code": code, "message": message}).to_string();
    let hour_ago = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(3600));
    let minute_ago = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(60));
    let none = json("RESOURCE_NOT_EXISTS", "无可用的平台证书");
    for (status, head, body, id, state) in [
        (200, String::new(), "<html>welcome</html>".to_owned(), "http.answer", "fail"),
        (404, String::new(), String::new(), "http.answer", "fail"),
        (403, String::new(), json("NO_AUTH", "此IP地址不允许调用该接口"), "access.ip", "fail"),
        (403, String::new(), json("NO_AUTH", "商户号该产品权限未开通"), "access.permitted", "fail"),
        (401, String::new(), json("SIGN_ERROR", "Http头Authorization值格式错误"), "sign.accepted", "fail"),
        (401, String::new(), json("SIGN_ERROR", "商户证书序列号有误"), "sign.accepted", "fail"),
        (404, format!("Date: {hour_ago}\r\n"), none.clone(), "clock.skew", "fail"),
        (404, format!("Date: {minute_ago}\r\n"), none.clone(), "clock.skew", "warn"),
        (200, String::new(), json!({"data": []}).to_string(), "answer.signed", "fail"),
    ] {
        let told = format!("{status} {body}");
        let server = Server::start(move |_| answer(status, &head, &body));
        let run = doctor(&vars, &[], &[("WECHATPAY_BASE_URI", &server.url())]);
        assert_eq!(run.json()["first"], id, "{told}");
        found(&run, id, state);
    }
    let server = Server::start(move |_| answer(404, "", &none));
    is_well(&doctor(&vars, &[], &[("WECHATPAY_BASE_URI", &server.url())]), "public_key");
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
