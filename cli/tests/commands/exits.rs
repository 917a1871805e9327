//! Every exit code, as a document and as text in both languages, and no secret in any of it.

use std::fs;
#[cfg(unix)]
use std::sync::mpsc;

use serde_json::json;
use wechatpay_chain::Method;
use wechatpay_chain::mock::{Fault, Server};

use super::gateway::words;
use super::merchant::Merchant;
use super::support::{self, Run};

const NATIVE: &str = "v3/pay/transactions/native";

/// The words, the code that they end with, and what the stand-in does before.
type Row = (&'static [&'static str], i32, fn(&Server));

fn nothing(_: &Server) {}

const ROWS: &[Row] = &[
    (&["version"], 0, nothing),
    (&["call", "v3/certificates"], 0, |gateway| {
        gateway.on(Method::GET, "v3/certificates").reply(json!({"data": []})).times(1);
    }),
    (&["catalog", "search", "no such words anywhere"], 1, nothing),
    (&["explain", "NO_SUCH_CODE"], 1, nothing),
    (&["keys", "check", "merchant.key", "other.pem"], 1, nothing),
    (&["bill", "reconcile", "junk.txt", "junk.txt"], 2, nothing),
    (&["call", "v3/x/{number}"], 2, nothing),
    (&["call", NATIVE, "-d", "{"], 2, nothing),
    (&["doctor", "--only", "no.such"], 2, nothing),
    (&["call", "v3/certificates", "--api-v3-key-file", "none.key"], 3, nothing),
    (&["call", "v3/certificates", "--private-key", "junk.txt"], 3, nothing),
    (&["call", "v3/certificates"], 4, |gateway| {
        gateway
            .on(Method::GET, "v3/certificates")
            .status(403, json!({"code": "NO_AUTH", "message": "无权限"}))
            .times(1);
    }),
    (&["call", "v3/certificates", "--retry", "1"], 5, |gateway| {
        gateway.on(Method::GET, "v3/certificates").fault(Fault::Unsigned).times(1);
    }),
    (&["bill", "sum", "junk.txt"], 5, nothing),
    (&["notice", "verify", "notice.json"], 5, nothing),
    (&["call", "v3/certificates", "--retry", "1"], 6, |gateway| {
        gateway.on(Method::GET, "v3/certificates").fault(Fault::Reset).times(1);
    }),
    (&["call", NATIVE, "-d", "{}"], 7, |gateway| {
        gateway.on(Method::POST, NATIVE).fault(Fault::Reset).times(1);
    }),
    (&["call", NATIVE, "-d", "@none.json"], 8, nothing),
    (&["keys", "convert", "merchant.key", "--to", "spki", "-o", "junk.txt"], 8, nothing),
    (&["doctor", "--offline", "--skip", "apiv3key.characters"], 0, nothing),
    (&["doctor", "--offline"], 10, nothing),
    (&["doctor", "--offline", "--mchid", "1"], 1, nothing),
];

/// Runs it as a document and in both languages, and finds the same code each time.
fn tried(row: &Row, gateway: &Server, folder: &std::path::Path) -> Run {
    let (line, code, prepare) = row;
    for more in [&["--lang", "en"][..], &["--lang", "zh"]] {
        prepare(gateway);
        let run = words(gateway, folder, &[line, more].concat());
        assert_eq!(run.code, Some(*code), "{line:?}: {}{}", run.out, run.err);
        assert!(!format!("{}{}", run.out, run.err).trim().is_empty(), "{line:?} says nothing");
        let is_failure = (2..=8).contains(code);
        assert!(!is_failure || run.err.starts_with(if more[1] == "zh" { "错误：" } else { "error: " }), "{}", run.err);
    }
    prepare(gateway);
    let run = words(gateway, folder, &[line, &["--json"][..]].concat());
    assert_eq!(run.code, Some(*code), "{line:?}: {}", run.out);
    run
}

#[test]
fn every_code_is_reached_and_every_document_is_one() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    gateway.lenient();
    fs::write(folder.path().join("junk.txt"), "nothing\n").unwrap();
    fs::write(folder.path().join("merchant.key"), gateway.merchant_key()).unwrap();
    fs::write(folder.path().join("other.pem"), Merchant::new().certificate()).unwrap();
    fs::write(folder.path().join("notice.json"), r#"{"headers":{},"body":"{}"}"#).unwrap();
    let mut reached = std::collections::BTreeSet::new();
    for row in ROWS {
        let run = tried(row, &gateway, folder.path());
        let document = run.json();
        assert_eq!(document["schema"], 1, "{document}");
        if (2..=8).contains(&row.1) {
            run.error();
        } else {
            assert!(document.get("error").is_none(), "{document}");
        }
        reached.insert(row.1);
    }
    // 130 is that of an interrupted program.
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 10]);
}

/// Ctrl-C while the gateway is asked for a file that is to be kept.
#[cfg(unix)]
#[test]
fn an_interrupted_download_leaves_no_half_file() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    let (asked, is_asked) = mpsc::channel();
    let (over, is_over) = mpsc::channel::<()>();
    gateway.on(Method::GET, "v3/bill/tradebill").reply_with(move |_| {
        asked.send(()).expect("the test waits for it");
        // The answer comes when the program is gone.
        _ = is_over.recv();
        json!({})
    });
    let line = ["call", "v3/bill/tradebill", "-q", "bill_date=2026-11-24", "-o", "bill.csv", "--json"];
    let child = support::wxpay(folder.path()).args(line).envs(gateway.env()).spawn().unwrap();
    is_asked.recv().unwrap();
    let files = || fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files(), 1, "the file is under way beside its place");
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let run = support::done(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.out.as_str(), files()), (Some(130), "", 0));
    drop(over);
}

/// Passwords and keys that come in by files and variables, searched in whatever is said of them, right and wrong.
#[test]
fn no_secret_of_a_file_or_a_proxy_is_told() {
    let merchant = Merchant::new();
    let folder = merchant.folder.path();
    let secrets = ["geheimes-Kennwort", "0123456789abcdefGHIJKLMNOPQRSTUx"];
    merchant.write("password", secrets[0]);
    merchant.write("v3.key", secrets[1]);
    merchant.write("long.key", &format!("{}x", secrets[1]));
    merchant.write("bad.env", &format!("WECHATPAY_API_V3_KEY={}\n{}\n", secrets[1], secrets[0]));
    merchant.write("junk.p12", "no archive");
    let proxy = format!("http://me:{}@127.0.0.1:1", secrets[0]);
    for line in [
        &["keys", "convert", "junk.p12", "--to", "key", "--password-file", "password", "-o", "x.pem"][..],
        &["keys", "convert", "apiclient_key.pem", "--to", "pkcs1", "-o", "x.pem", "--force"],
        &["keys", "check", "apiclient_key.pem", "v3.key", "password"],
        &["call", "v3/certificates", "--proxy", &proxy, "--retry", "1"],
        &["call", "v3/certificates", "--api-v3-key-file", "long.key"],
        &["call", "v3/certificates", "--env-file", "bad.env"],
        &["doctor", "--proxy", &proxy, "--no-notify"],
        &["doctor", "--offline", "--api-v3-key-file", "v3.key", "--all"],
        &["doctor", "--offline", "--env-file", "bad.env", "--all"],
        &["sign", "get", "v3/certificates"],
        &["certs", "list", "--proxy", &proxy],
        &["explain", "password"],
    ] {
        for more in [&["--json"][..], &["--lang", "zh"], &["--lang", "en"]] {
            let run = support::run(folder, &[line, more].concat(), &merchant.vars());
            let said = format!("{}{}", run.out, run.err);
            let key = super::merchant::OWN.serialize_pem();
            for secret in [secrets[0], secrets[1], super::merchant::API_V3_KEY, key.lines().nth(2).unwrap()] {
                assert!(!said.contains(secret), "{line:?}: {said}");
            }
        }
    }
}
