//! The stand-in as other programs see it on the wire: the names of headers, what follows garbage, its port, its TLS.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc;

use support::foreign::{authorization, exchange, get, post, request};
use support::{HOOK, PRESIGN, payload, raw_server, respond, token};
use wechatpay_chain::mock::{Fault, Reply, Server};
use wechatpay_chain::{Client, ErrorKind, Method, PrivateKey, PublicKey, json};

/// What every answer has, and what the signature adds.
const PLAIN: [&str; 5] = ["Connection", "Content-Length", "Content-Type", "Date", "Request-ID"];
const SIGNED: [&str; 5] =
    ["Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature", "Wechatpay-Signature-Type", "Wechatpay-Timestamp"];

#[test]
fn answers_have_their_headers_in_the_documented_case() {
    for gateway in [Server::start().unwrap(), Server::start_tls().unwrap()] {
        let target = format!("/{PRESIGN}");
        gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "tk"}));
        let body = payload().to_string();
        let answer = post(&gateway, &target, &body);
        assert_eq!((answer.status, answer.names()), (200, [&PLAIN[..], &SIGNED].concat()));
        // A refusal, an answer without a body, and the answer of a fault.
        assert_eq!(get(&gateway, "/v3/nowhere").names(), [&PLAIN[..], &SIGNED].concat());
        gateway.on(Method::POST, PRESIGN).reply(());
        let names: Vec<_> = PLAIN.iter().filter(|name| !name.starts_with("Content-")).chain(&SIGNED).copied().collect();
        assert_eq!(post(&gateway, &target, &body).names(), names);
        gateway.on(Method::POST, PRESIGN).fault(Fault::Redirect);
        assert!(post(&gateway, &target, &body).names().contains(&"Location"));
        // A file, one that is made as it is sent, and a statement.
        gateway.on(Method::GET, "v3/merchant-service/images/x").reply(Reply::file("image/png", "x"));
        assert_eq!(get(&gateway, "/v3/merchant-service/images/x").names(), PLAIN);
        gateway.bills(3);
        let url = get(&gateway, "/v3/bill/tradebill?bill_date=2026-11-21").json()["download_url"]
            .as_str()
            .unwrap()
            .to_owned();
        let file =
            get(&gateway, &format!("/{}", url.split_once("/v3/").map(|(_, path)| format!("v3/{path}")).unwrap()));
        assert_eq!(file.names(), ["Connection", "Content-Type", "Date", "Request-ID", "Transfer-Encoding"]);
        gateway.on(Method::GET, "v3/global/statements").reply(Reply::file("text/csv", "a,b\r\n"));
        assert!(
            get(&gateway, "/v3/global/statements?date=20261121&mchid=1900000109")
                .names()
                .contains(&"Wechatpay-Statement-Sha1")
        );
    }
}

#[test]
fn answers_on_a_connection_that_is_kept_have_them_too() {
    let gateway = Server::start().unwrap();
    let target = "/v3/nowhere";
    let one = String::from_utf8(request(
        "GET",
        target,
        &[("Authorization", &authorization(&gateway, "GET", target, b""))],
        b"",
    ))
    .unwrap();
    let kept = one.replace("Connection: close\r\n", "");
    let last = String::from_utf8(request("GET", target, &[], b"")).unwrap();
    let answers = String::from_utf8(exchange(&gateway, format!("{kept}{last}").as_bytes())).unwrap();
    assert_eq!(
        (answers.matches("\r\nRequest-ID: 08MOCK").count(), answers.matches("\r\nWechatpay-Nonce: ").count()),
        (2, 2)
    );
}

#[test]
fn pushes_have_their_headers_in_the_documented_case() {
    let gateway = Server::start().unwrap();
    let (sender, pushed) = mpsc::channel();
    let address = raw_server(move |stream, request| {
        sender.send(request).unwrap();
        respond(stream, "204 No Content", "", "");
    });
    let notice = gateway.notice("TRANSACTION.SUCCESS", "transaction", json!({"out_trade_no": "1"}));
    assert_eq!(notice.push(&format!("http://{address}/notify")).unwrap(), 204);
    let request = pushed.recv().unwrap();
    let head = request.split_once("\r\n\r\n").unwrap().0;
    let mut names: Vec<_> = head.lines().skip(1).map(|line| line.split_once(": ").unwrap().0).collect();
    names.sort_unstable();
    let mut expected = [&PLAIN[..3], &["Host", "Request-ID"], &SIGNED].concat();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn after_garbage_the_connection_is_closed() {
    for gateway in [Server::start().unwrap(), Server::start_tls().unwrap()] {
        gateway.on(Method::GET, HOOK).fault(Fault::Garbage);
        let target = format!("/{HOOK}");
        let authorization = authorization(&gateway, "GET", &target, b"");
        let request = request("GET", &target, &[("Authorization", &authorization)], b"");
        let kept = String::from_utf8(request).unwrap().replace("Connection: close\r\n", "");
        // It returns, because the other side has closed.
        assert!(!exchange(&gateway, kept.as_bytes()).starts_with(b"HTTP/"));
    }
}

#[test]
fn a_port_is_taken_as_said_or_named_in_the_error() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let gateway = Server::builder().port(port).start().unwrap();
    assert_eq!(gateway.url(), format!("http://127.0.0.1:{port}/"));
    let error = Server::builder().port(port).tls().start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[test]
fn tls_asks_nobody_for_a_certificate_unless_told_to() {
    let gateway = Server::builder().tls().start().unwrap();
    assert!(gateway.url().starts_with("https://127.0.0.1:"));
    assert_eq!(get(&gateway, "/v3/nowhere").status, 404);
    assert_eq!(gateway.client().unwrap()["v3/nowhere"].get().unwrap_err().rejection().unwrap().status(), 404);
    let mtls = Server::builder().mtls().start().unwrap();
    let error = mtls.client().unwrap()["v3/nowhere"].get().unwrap_err();
    assert!(error.to_string().contains("demands the merchant certificate"), "{error}");
    assert_eq!(mtls.client().unwrap().chain("v3/nowhere").mtls().get().unwrap_err().kind(), ErrorKind::Rejected);
}

#[test]
fn keys_and_certificates_are_handed_out_in_the_forms_that_others_read() {
    let gateway = Server::start().unwrap();
    let env: BTreeMap<_, _> = gateway.env().into_iter().collect();
    for (name, text, label) in [
        ("WECHATPAY_PRIVATE_KEY", gateway.merchant_key(), "PRIVATE KEY"),
        ("WECHATPAY_CERTIFICATE", gateway.merchant_certificate(), "CERTIFICATE"),
        ("WECHATPAY_PUBLIC_KEY", gateway.public_key(), "PUBLIC KEY"),
        ("WECHATPAY_CA", gateway.ca(), "CERTIFICATE"),
    ] {
        assert_eq!(env[name], text);
        assert!(text.starts_with(&format!("-----BEGIN {label}-----")), "{name}");
        assert!(text.ends_with(&format!("\n-----END {label}-----\n")) && !text.contains('\r'), "{name}");
    }
    let certificate = wechatpay_chain::Certificate::from_pem(gateway.merchant_certificate()).unwrap();
    assert_eq!(certificate.serial(), env["WECHATPAY_SERIAL"]);
    let key = PrivateKey::from_pem(gateway.merchant_key()).unwrap();
    let signature = key.sign(b"message").unwrap();
    assert!(PublicKey::from_pem(gateway.merchant_certificate()).unwrap().verify(b"message", &signature));
    // 1.2.840.113549.1.1.1, rsaEncryption, which a PKCS#1 key does not name.
    assert!(gateway.public_key().contains("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"));
}

#[test]
fn another_process_speaks_tls_by_the_environment() {
    const NAME: &str = "another_process_speaks_tls_by_the_environment";
    if std::env::var_os("WECHATPAY_MCHID").is_some() {
        // This is the other process: the run below, with the variables set.
        let wxpay = Client::from_env().unwrap();
        assert_eq!(token(wxpay[PRESIGN].mtls().post(payload())), "tk");
        return;
    }
    for gateway in [Server::start_tls().unwrap(), Server::start_mtls().unwrap()] {
        gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "tk"}));
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output = child.args(["--exact", NAME]).envs(gateway.env()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(gateway.calls().len(), 1);
    }
}
