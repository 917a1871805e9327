//! Which key signs, and what the certificates say about themselves.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::time::SystemTime;

use support::foreign::call;
use support::{HOOK, REFUND_1};
use wechatpay_chain::mock::{Fault, Server, Validity};
use wechatpay_chain::{Certificate, Method, json};

#[test]
fn the_request_names_the_key_that_signs_its_answer() {
    let gateway = Server::start().unwrap();
    let [first, second] = [(); 2].map(|()| gateway.issue_certificate(Validity::Now).unwrap());
    gateway.on(Method::GET, HOOK).reply(json!({"x": 1}));
    gateway.on(Method::GET, REFUND_1).fault(Fault::Stale);
    let (hook, stale) = (&format!("/{HOOK}"), &format!("/{REFUND_1}"));
    let signer = |path: &str, serial: Option<&str>| {
        let headers: Vec<_> = serial.map(|serial| ("Wechatpay-Serial", serial)).into_iter().collect();
        let answer = call(&gateway, ("GET", path), &headers, b"", b"");
        answer.header("Wechatpay-Serial").unwrap().to_owned()
    };
    let id = gateway.public_key_id();
    for (named, expected) in [
        (Some(first.as_str()), first.as_str()),
        (Some(&second), &second),
        (Some(&first.to_ascii_lowercase()), &first),
        (Some(id), id),
        (Some("PUB_KEY_ID_0"), &second),
        (None, &second),
    ] {
        for path in [hook, "/v3/nowhere", stale] {
            assert_eq!(signer(path, named), expected, "{named:?} {path}");
        }
        // Who names no key may hold none.
        let known = if expected == second && named != Some(&second) { id } else { expected };
        assert_eq!(signer("/v3/certificates", named), known, "{named:?}");
    }
    gateway.issue_certificate(Validity::NotYet).unwrap();
    gateway.issue_certificate(Validity::Expired).unwrap();
    assert_eq!(signer(hook, None), second, "the newest that is valid");
    // Who was chosen signs everything.
    gateway.sign_with(&second).unwrap();
    assert_eq!([signer(hook, Some(&first)), signer(hook, Some(id))], [second.clone(), second]);
    gateway.reset();
    assert_eq!(signer("/v3/nowhere", Some(&first)), id, "it has that key no more");
}

#[test]
fn a_client_with_both_keys_can_verify_with_either() {
    let gateway = Server::start().unwrap();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({"x": 1}));
    let wxpay = gateway.builder().auto_certificates().build().unwrap();
    wxpay.certificates().refresh().unwrap();
    for name in [serial.as_str(), gateway.public_key_id()] {
        let response = wxpay.chain(HOOK).header("Wechatpay-Serial", name).get().unwrap();
        assert_eq!(response.headers()["wechatpay-serial"], name);
    }
}

#[test]
fn each_certificate_states_its_own_dates() {
    let gateway = Server::start().unwrap();
    let all = [Validity::Now, Validity::Expired, Validity::NotYet];
    let serials = all.map(|validity| gateway.issue_certificate(validity).unwrap());
    let answer = call(&gateway, ("GET", "/v3/certificates"), &[], b"", b"").json();
    let now = SystemTime::now();
    for ((entry, serial), validity) in answer["data"].as_array().unwrap().iter().zip(serials).zip(all) {
        assert_eq!(entry["serial_no"], serial);
        let [from, to] = ["effective_time", "expire_time"].map(|name| entry[name].as_str().unwrap());
        assert!(from.len() == 25 && from.ends_with("+08:00") && to.ends_with("+08:00"), "{entry}");
        let valid =
            (seconds(from)..seconds(to)).contains(&now.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
        assert_eq!(valid, validity == Validity::Now, "{entry}");
        assert!(seconds(to) - seconds(from) >= 5 * 365 * 86_400 - 86_400 * 2, "{entry}");
    }
}

/// The seconds since 1970 of a text of Beijing's time.
fn seconds(text: &str) -> u64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<u64>().unwrap();
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Days since 1970 (Howard Hinnant's civil_from_days, backwards).
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        y / 400 * 146_097 + (y % 400) * 365 + (y % 400) / 4 - (y % 400) / 100 + (153 * m + 2) / 5 + day - 1 - 719_468;
    days * 86_400 + number(11..13) * 3600 + number(14..16) * 60 + number(17..19) - 8 * 3600
}

#[test]
fn certificates_are_read_by_openssl_at_its_strictest() {
    let gateway = Server::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let (ca, merchant) = (file("ca.pem", gateway.ca()), file("merchant.pem", gateway.merchant_certificate()));
    assert_eq!(Certificate::from_pem(gateway.ca()).unwrap().serial().len(), 40);
    let mut openssl = std::process::Command::new("openssl");
    match openssl.args(["verify", "-x509_strict", "-CAfile"]).arg(&ca).arg(&merchant).arg(&ca).output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        // What it would read is compared byte by byte in `x509_builder`.
        Err(error) => println!("SKIPPED, no openssl: {error}"),
    }
}
