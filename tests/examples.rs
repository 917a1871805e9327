//! The examples talk to the stand-in unless they are told otherwise, whatever the environment says.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

use std::process::{Command, Output};

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Method, json};

/// The features that this test has, so that cargo has nothing to build anew.
fn features() -> String {
    let all = [
        ("default", cfg!(feature = "default")),
        ("async", cfg!(feature = "async")),
        ("sync", cfg!(feature = "sync")),
        ("tls", cfg!(feature = "tls")),
        ("aws-lc-rs", cfg!(feature = "aws-lc-rs")),
        ("axum", cfg!(feature = "axum")),
        ("catalog", cfg!(feature = "catalog")),
        ("gateway", cfg!(feature = "gateway")),
        ("mock", cfg!(feature = "mock")),
        ("sm3", cfg!(feature = "sm3")),
        ("tracing", cfg!(feature = "tracing")),
        ("v2", cfg!(feature = "v2")),
    ];
    all.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| *name).collect::<Vec<_>>().join(",")
}

/// Runs an example in the environment of a shop whose gateway is this one.
fn run(gateway: &Server, example: &str, args: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo tells a test; ring would be built anew with it.
    let told = std::env::vars_os().map(|(name, _)| name).filter(|name| {
        name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    });
    told.for_each(|name| _ = cargo.env_remove(name));
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "--quiet", "--no-default-features", "--features", &features(), "--example", example, "--"])
        .args(args)
        .envs(gateway.env())
        .output()
        .unwrap()
}

/// A gateway that can do what the examples ask for.
fn gateway() -> Server {
    let gateway = Server::start().unwrap();
    gateway
        .on(Method::POST, "v3/offlineface/contracts/presign")
        .reply(json!({"presign_token": "from-the-environment"}));
    gateway.on(Method::POST, "v3/merchant/media/upload").reply(json!({"media_id": "from-the-environment"}));
    gateway.bills(3);
    gateway
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn credentials_in_the_environment_alone_call_nobody() {
    let gateway = gateway();
    let mut examples = vec!["presign", "upload", "download_bill", "remote_signer"];
    examples.extend(cfg!(feature = "v2").then_some("v2_micropay"));
    for example in examples {
        let output = run(&gateway, example, &[]);
        assert!(output.status.success(), "{example}: {}", text(&output));
        assert!(gateway.calls().is_empty(), "{example} called the gateway of the environment");
        if example != "remote_signer" {
            assert!(text(&output).contains("`-- --real` calls the real one"), "{example}: {}", text(&output));
        }
    }
}

#[test]
fn asked_for_it_they_call_the_gateway_of_the_environment() {
    for (example, args, path) in [
        ("presign", &["--real"][..], "/v3/offlineface/contracts/presign"),
        ("upload", &["--real"], "/v3/merchant/media/upload"),
        ("download_bill", &["--real", "2026-11-21"], "/v3/bill/tradebill"),
        ("download_bill", &["2026-11-21", "--real"], "/v3/bill/tradebill"),
    ] {
        let gateway = gateway();
        let output = run(&gateway, example, args);
        assert!(output.status.success(), "{example}: {}", text(&output));
        let calls = gateway.calls();
        assert_eq!(calls.first().map(|call| call.path().to_owned()).as_deref(), Some(path), "{example}");
        if example == "download_bill" {
            assert!(calls[0].query().unwrap().contains("bill_date=2026-11-21"), "{:?}", calls[0].query());
        }
    }
}

#[cfg(feature = "v2")]
#[test]
fn no_real_code_is_charged_by_accident() {
    let gateway = gateway();
    let output = run(&gateway, "v2_micropay", &["--real"]);
    assert!(!output.status.success() && text(&output).contains("--real APPID CODE FEN"), "{}", text(&output));
    assert!(gateway.calls().is_empty());
}
