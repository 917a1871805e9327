//! The question before a write to another machine, on a terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use wechatpay_chain::Method;
use wechatpay_chain::mock::Server;

use super::servers;
use super::support::{Run, done, wxpay};

const NATIVE: &str = "v3/pay/transactions/native";

/// A terminal: the end that people sit at, and the end that a program has.
fn terminal() -> (File, File) {
    let people: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&people).unwrap();
    unlockpt(&people).unwrap();
    let name = ptsname(&people, Vec::new()).unwrap();
    let program = OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    (File::from(people), program)
}

/// What a terminal shows up to this text; nobody waits longer than the program lives.
fn shown(people: &mut File, end: &str) -> String {
    let (mut shown, mut buffer) = (Vec::new(), [0; 256]);
    while !String::from_utf8_lossy(&shown).contains(end) {
        let read = people.read(&mut buffer).expect("the program asks before it ends");
        shown.extend(&buffer[..read]);
    }
    String::from_utf8_lossy(&shown).into_owned()
}

/// Calls as the gateway's merchant at WeChat Pay's own name, where a proxy leads to the gateway, and answers the question.
fn called(gateway: &Server, words: &[&str], answer: &[u8]) -> (Run, String) {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, gateway.ca()).unwrap();
    let port = gateway.url().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
    let proxy = format!("http://127.0.0.1:{}", servers::proxy(port));
    let (mut people, program) = terminal();
    let mut command = wxpay(folder.path());
    command.args(["call", NATIVE, "-d", "{\"mchid\":\"1900000109\"}", "--proxy", &proxy, "--ca"]).arg(&ca).args(words);
    command.args(["--base-uri", "https://api.mch.weixin.qq.com/"]).envs(gateway.env());
    command.stdin(program.try_clone().unwrap()).stderr(program);
    let child = command.spawn().unwrap();
    // It keeps the program's end of the terminal open.
    drop(command);
    let asked = shown(&mut people, "[y/N] ");
    people.write_all(answer).unwrap();
    let output = child.wait_with_output().unwrap();
    (done(output), asked)
}

fn start() -> Server {
    let gateway = Server::start_tls().unwrap();
    gateway.lenient();
    gateway.on(Method::POST, NATIVE).reply(serde_json::json!({"code_url": "weixin://x"}));
    gateway
}

#[test]
fn only_yes_sends() {
    let gateway = start();
    let mchid = gateway.client().unwrap().mchid().to_owned();
    // The last is the end of the input.
    for answer in [&b"n\n"[..], b"\n", b"yes, but later\n", b"\x04"] {
        let (run, asked) = called(&gateway, &["--json"], answer);
        let error = run.error();
        assert_eq!((error["exit"].as_i64(), error["reason"].as_str()), (Some(2), Some("unconfirmed")), "{error}");
        assert_eq!(asked, format!("send POST {NATIVE} as {mchid} to api.mch.weixin.qq.com? [y/N] "));
    }
    assert!(gateway.calls().is_empty());
    for answer in [&b"y\n"[..], b"Y\n", b"yes\n"] {
        let (run, _) = called(&gateway, &["--json"], answer);
        assert_eq!((run.code, run.json()["body"]["code_url"].as_str()), (Some(0), Some("weixin://x")), "{}", run.out);
    }
    assert_eq!(gateway.calls().len(), 3);
}

#[test]
fn the_question_is_asked_in_the_chosen_language() {
    let gateway = start();
    let (run, asked) = called(&gateway, &["--lang", "zh"], b"n\n");
    assert!(
        run.code == Some(2) && asked.contains("api.mch.weixin.qq.com 发送 POST") && gateway.calls().is_empty(),
        "{asked}"
    );
}
