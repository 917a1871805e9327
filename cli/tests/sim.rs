//! `wxpay sim`: its ready line, its languages, its exit codes.
#![allow(missing_docs)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Ports that nobody else has.
const FREE: [&str; 6] = ["--listen", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--proxy", "127.0.0.1:0"];

fn wxpay(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wxpay"));
    command.current_dir(folder).env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts it and reads its first line.
fn ready(command: &mut Command) -> (Child, Value) {
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

fn end(mut child: Child) -> (Option<i32>, String) {
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let status = child.wait().unwrap();
    let mut rest = String::new();
    child.stdout.unwrap().read_to_string(&mut rest).unwrap();
    (status.code(), rest)
}

#[test]
fn the_ready_line_is_all_there_is_and_a_signal_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let args = [&["sim", "--json", "--seed", "5", "--state", "state.json"][..], &FREE].concat();
    let (child, line) = ready(wxpay(folder.path()).args(args));
    assert_eq!((line["event"].as_str(), line["seed"].as_u64()), (Some("ready"), Some(5)));
    assert_eq!(line["pid"], child.id());
    let http = line["http"].as_str().unwrap();
    assert_eq!(line["api"], format!("{http}/_/api/"));
    assert_eq!(line["token"], Value::Null);
    for (name, scheme) in [("http", "http://"), ("tls", "https://"), ("proxy", "http://")] {
        let address = line[name].as_str().and_then(|url| url.strip_prefix(scheme));
        assert!(TcpStream::connect(address.unwrap()).is_ok(), "{name}");
    }
    let env = std::fs::read_to_string(line["env"].as_str().unwrap()).unwrap();
    for (name, member) in [("TLS", "tls"), ("PROXY", "proxy"), ("CA", "ca")] {
        assert!(env.contains(&format!("WECHATPAY_SIM_{name}={}\n", line[member].as_str().unwrap())), "{name}: {env}");
    }
    for name in ["env", "ca"] {
        assert!(Path::new(line[name].as_str().unwrap()).is_file(), "{name}");
    }
    let (code, rest) = end(child);
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert!(folder.path().join("state.json").is_file());
}

#[test]
fn people_read_addresses_and_a_snippet_for_each_language() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, first, last) in [("en", "is ready", "Ctrl-C ends it."), ("zh", "已就绪", "按 Ctrl-C 结束。")] {
        let mut child = wxpay(folder.path()).args(["sim", "--lang", lang]).args(FREE).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        while !text.contains(last) {
            assert!(out.read_line(&mut text).unwrap() > 0, "{text}");
        }
        assert!(text.contains(first), "{text}");
        for name in ["# Rust", "# PHP", "# Node", "# Go", "# Java", "# Python", "# Postman"] {
            assert!(text.contains(name), "{name}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn a_port_in_use_is_exit_2_and_names_the_flag() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let flags = ["--listen", "--tls", "--proxy"];
    for flag in flags {
        let others = flags.into_iter().filter(|other| *other != flag).flat_map(|other| [other, "127.0.0.1:0"]);
        let output = wxpay(folder.path()).args(["sim", flag, &address]).args(others.clone()).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{flag}");
        assert!(text.lines().count() == 1 && text.contains(&format!("{flag} {address}")), "{text}");
        let output = wxpay(folder.path()).args(["sim", "--json", flag, "nowhere"]).args(others).output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), document["error"]["exit"].as_i64()), (Some(2), Some(2)));
        let text = document["error"]["message"]["zh"].as_str().unwrap();
        assert!(text.contains("不是地址") && text.contains(flag), "{text}");
    }
}

#[test]
fn tls_and_the_proxy_can_be_off() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["sim", "--listen", "127.0.0.1:0", "--tls", "off", "--proxy", "off", "--json"];
    let (child, line) = ready(wxpay(folder.path()).args(args));
    assert_eq!((line["tls"].clone(), line["proxy"].clone()), (Value::Null, Value::Null));
    assert_eq!(end(child).0, Some(0));
}

#[test]
fn the_usual_ports_are_8787_8788_and_8789() {
    let folder = tempfile::tempdir().unwrap();
    let output = wxpay(folder.path()).args(["sim", "--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for (flag, address) in [("--listen", "127.0.0.1:8787"), ("--tls", "127.0.0.1:8788"), ("--proxy", "127.0.0.1:8789")]
    {
        let at = text.find(&format!("{flag} <ADDRESS")).unwrap();
        assert!(text[at..].find(address).is_some_and(|at| at < 300), "{flag}: {text}");
    }
}

#[test]
fn a_state_that_is_none_is_exit_8() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("state.json"), "{}").unwrap();
    let output = wxpay(folder.path()).args(["sim", "--state", "state.json"]).args(FREE).output().unwrap();
    assert_eq!(output.status.code(), Some(8));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--state"));
}

#[test]
fn help_has_examples_in_both_languages_and_wrong_words_are_exit_2() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, title) in [("en", "Examples:"), ("zh", "示例：")] {
        for words in [&["--help"][..], &["sim", "--help"]] {
            let output = wxpay(folder.path()).args(["--lang", lang]).args(words).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success() && text.contains(title) && text.contains("  $ wxpay sim"), "{text}");
        }
    }
    assert_eq!(wxpay(folder.path()).output().unwrap().status.code(), Some(2));
    let wrong = wxpay(folder.path()).args(["sim", "--json", "--no-such-flag"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let document: Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert_eq!(document["error"]["kind"], "Usage");
}
