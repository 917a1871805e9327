//! Who may work the controls: no page of somebody else's, nobody from elsewhere without the token.
#![allow(missing_docs)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use wechatpay_chain::json;
use wechatpay_sim::Simulator;

fn port(sim: &Simulator) -> u16 {
    sim.url().trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap()
}

/// Sends one request to 127.0.0.1; its status and everything else.
fn send(port: u16, request: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut text = format!("{request} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    socket.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[test]
fn another_host_is_refused() {
    let sim = Simulator::builder().start().unwrap();
    let port = port(&sim);
    for host in ["127.0.0.1", "localhost", &format!("localhost:{port}"), "[::1]"] {
        assert_eq!(send(port, "GET /_/api/info", &[("Host", host)], "").0, 200, "{host}");
    }
    for host in ["evil.example", "evil.example:80", "api.mch.weixin.qq.com", "10.0.0.1", "127.0.0.1.evil.example"] {
        let (status, answer) = send(port, "GET /_/api/info", &[("Host", host)], "");
        assert!(status == 403 && answer.contains("FORBIDDEN"), "{host}: {answer}");
    }
}

#[test]
fn pages_of_other_origins_change_nothing() {
    let sim = Simulator::builder().start().unwrap();
    let port = port(&sim);
    let host = format!("127.0.0.1:{port}");
    let json = ("Content-Type", "application/json");
    let reset = |origin: &str| send(port, "POST /_/api/reset", &[("Host", &host), ("Origin", origin), json], "{}").0;
    assert_eq!(reset("http://evil.example"), 403);
    assert_eq!(reset("null"), 403);
    assert_eq!(reset(&format!("http://{host}")), 200);
    let plain = send(port, "POST /_/api/reset", &[("Host", &host), ("Content-Type", "text/plain")], "{}");
    assert_eq!(plain.0, 400);
    assert_eq!(send(port, "POST /_/api/reset", &[("Host", &host)], "").0, 200);
}

#[test]
fn an_origin_of_the_settings_may_invoke_and_nothing_else() {
    let sim = Simulator::builder().start().unwrap();
    let (port, shop) = (port(&sim), ("Origin", "http://shop.example"));
    let host = ("Host", "127.0.0.1");
    let json = ("Content-Type", "application/json");
    let body = r#"{"kind":"jsapi","params":{}}"#;
    assert_eq!(send(port, "POST /_/api/invoke", &[host, shop, json], body).0, 403);
    sim.patch("settings", json!({"origins": ["http://shop.example"]})).unwrap();
    let (status, answer) = send(port, "POST /_/api/invoke", &[host, shop, json], body);
    assert!(
        status == 200 && answer.to_lowercase().contains("access-control-allow-origin: http://shop.example"),
        "{answer}"
    );
    assert_eq!(send(port, "OPTIONS /_/api/invoke", &[host, shop], "").0, 204);
    let (status, answer) = send(port, "POST /_/api/reset", &[host, shop, json], "{}");
    assert!(status == 403 && !answer.to_lowercase().contains("access-control"), "{answer}");
}

#[test]
fn bound_elsewhere_a_token_is_needed() {
    let sim = Simulator::builder().listen(SocketAddr::from(([0, 0, 0, 0], 0))).start().unwrap();
    let env = sim.get("env?format=dotenv").unwrap();
    let token = env.as_str().unwrap().lines().find_map(|line| line.strip_prefix("WECHATPAY_SIM_TOKEN=")).unwrap();
    let (token, port) = (token.trim_matches(['"', '\'']).to_owned(), port(&sim));
    assert_eq!(token.len(), 32);
    let host = ("Host", "127.0.0.1");
    assert_eq!(send(port, "GET /_/api/orders", &[host], "").0, 403);
    assert_eq!(send(port, "GET /_/api/orders?token=wrong", &[host], "").0, 403);
    assert_eq!(send(port, &format!("GET /_/api/orders?token={token}"), &[host], "").0, 200);
    assert_eq!(send(port, "GET /_/api/orders", &[host, ("Authorization", &format!("Bearer {token}"))], "").0, 200);
    let cookie = format!("a=b; wxpay_sim_token={token}");
    assert_eq!(send(port, "GET /_/api/orders", &[host, ("Cookie", &cookie)], "").0, 200);
}

const JSON: (&str, &str) = ("Content-Type", "application/json");
const HOST: (&str, &str) = ("Host", "127.0.0.1");

#[test]
fn a_private_key_is_taken_in_nowhere() {
    let sim = Simulator::builder().start().unwrap();
    let port = port(&sim);
    let key = sim.get("merchants/1900000001/secrets").unwrap()["private_key"].as_str().unwrap().to_owned();
    for (path, body) in [
        ("merchants/1900000001/certificates", json!({"certificate": key})),
        ("merchants/1900000001/certificates", json!({"public_key": key})),
        ("merchants/1900000001/certificates", json!({"private_key": key})),
        ("merchants", json!({"mchid": "1230000109", "kind": "merchant", "appids": [], "key": {"pem": [key]}})),
        ("payers", json!({"name": "carol", "real_name": key, "balance": 1})),
        ("platform/certificates", json!({"key": key})),
        ("faults", json!({"match": {(key.clone()): 1}, "fault": "EMPTY_200"})),
        ("script", json!({"steps": [{"method": "POST", "path": "payers", "body": {"name": key}}]})),
    ] {
        let (status, answer) = send(port, &format!("POST /_/api/{path}"), &[HOST, JSON], &body.to_string());
        assert!(status == 400 && answer.contains("REAL_KEY"), "{path}: {answer}");
        assert!(!answer.contains("PRIVATE KEY"), "{path}: it is not sent back");
    }
    assert_eq!(sim.get("merchants/1900000001").unwrap()["serials"].as_array().map(Vec::len), Some(1));
}

/// A certificate by an issuer, both with these names of their organisations.
fn certificate(issuer: &str, owner: &str) -> String {
    let params = |organisation: &str| {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::OrganizationName, organisation);
        params
    };
    let rsa = || rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
    let authority = rcgen::Issuer::new(params(issuer), rsa());
    params(owner).signed_by(&rsa(), &authority).unwrap().pem()
}

#[test]
fn a_certificate_of_the_real_wechat_pay_is_refused() {
    let sim = Simulator::builder().start().unwrap();
    let port = port(&sim);
    let post = |certificate: &str| {
        let body = json!({"certificate": certificate}).to_string();
        send(port, "POST /_/api/merchants/1900000002/certificates", &[HOST, JSON], &body)
    };
    let own = certificate("A shop's own", "A shop");
    for real in [
        certificate("Tenpay.com", "1230000109"),
        certificate("Somebody", "Tenpay.com sign"),
        certificate("TENPAY.COM", "x"),
        format!("{own}\n{}", certificate("Tenpay.com", "Tenpay.com Root CA")),
        format!("subject: Tenpay.com\n{own}"),
    ] {
        let (status, answer) = post(&real);
        assert!(status == 400 && answer.contains("REAL_KEY"), "{answer}");
    }
    assert_eq!(post(&own).0, 200);
}

#[test]
fn a_key_folder_with_a_real_certificate_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    drop(Simulator::builder().keys(folder.path()).start().unwrap());
    let file = folder.path().join("merchants/1900000001/apiclient_cert.pem");
    std::fs::write(file, certificate("Tenpay.com", "1230000109")).unwrap();
    let error = Simulator::builder().keys(folder.path()).start().unwrap_err();
    assert!(error.code() == "KEYS" && error.to_string().contains("Tenpay"), "{error}");
}

#[test]
fn a_public_host_gets_no_notice() {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start().unwrap();
    let port = port(&sim);
    for url in [
        "https://shop.example.com/paid",
        "http://8.8.8.8/paid",
        "http://127.0.0.1.example.com/paid",
        "http://127.0.0.1@example.com/paid",
        "http://[::ffff:8.8.8.8]/paid",
    ] {
        let body = json!({"event_type": "TRANSACTION.SUCCESS", "mchid": "1900000001", "url": url}).to_string();
        let (status, answer) = send(port, "POST /_/api/notices?wait=notices", &[HOST, JSON], &body);
        assert!(status == 200 && answer.contains("\"state\":\"blocked\""), "{url}: {answer}");
        assert!(answer.contains("\"attempts\":[]"), "{url}: {answer}");
    }
    // Not by hand either.
    let id = sim.notices().unwrap()[0]["id"].as_str().unwrap().to_owned();
    let (status, answer) = send(port, &format!("POST /_/api/notices/{id}/resend?wait=notices"), &[HOST, JSON], "{}");
    assert!(
        status == 200 && answer.contains("\"state\":\"blocked\"") && answer.contains("\"attempts\":[]"),
        "{answer}"
    );
}

/// An address of this machine that others could reach, if it has one; nothing is sent to find it.
fn outer_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

#[test]
fn whoever_comes_from_elsewhere_needs_the_token_and_gets_no_keys() {
    let Some(outer) = outer_address() else {
        println!("skipped: this machine has no address but loopback");
        return;
    };
    let sim = Simulator::builder().listen(SocketAddr::from((outer, 0))).start().unwrap();
    let token = sim.get("env").unwrap()["WECHATPAY_SIM_TOKEN"].as_str().unwrap().to_owned();
    let ask = |path: &str, bearer: &str| {
        let mut socket = TcpStream::connect((outer, port(&sim))).unwrap();
        let host = format!("{outer}:{}", port(&sim));
        let head = format!("GET /_/api/{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{bearer}\r\n");
        socket.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    let bearer = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(
        (ask("orders", ""), ask("orders", "Authorization: Bearer x\r\n"), ask("orders", &bearer)),
        (403, 403, 200)
    );
    for secret in [
        "merchants/1900000001/secrets",
        "merchants/1900000001/secrets/",
        "merchants/1900000001/secret%73",
        "merchants/1900000001%2Fsecrets",
        "env",
        "env?format=dotenv",
        "%65nv",
    ] {
        assert_eq!((ask(secret, ""), ask(secret, &bearer)), (403, 403), "{secret}");
    }
}
