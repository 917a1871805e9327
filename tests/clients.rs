//! Programs in other languages, by other SDKs, against the stand-in: an order, its notification, an upload, a bill, and what
//! must be refused.
//!
//! `.ci/clients` installs what they need and runs this. Another program is tried by
//! `WECHATPAY_CLIENT='command with arguments' cargo test --all-features --test clients -- --nocapture`: it gets the gateway's
//! `WECHATPAY_*` variables and says by its exit code whether all went well.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use wechatpay_chain::mock::{Call, Fault, Notification, Server, Validity};
use wechatpay_chain::{Method, Value, json};

/// The statuses that a client answered notifications with.
type Heard = Arc<Mutex<Vec<u16>>>;

/// What the clients ask for.
fn prepare(gateway: &Server, heard: &Heard) {
    let notice = || {
        gateway.notice("TRANSACTION.SUCCESS", "transaction", json!({"out_trade_no": "A1", "trade_state": "SUCCESS"}))
    };
    let (notices, heard) = ([notice(), notice().forged()], Arc::clone(heard));
    let order = move |call: &Call| -> Value {
        push(notices.clone(), call.json()["notify_url"].as_str().unwrap_or_default().to_owned(), &heard);
        json!({"code_url": format!("weixin://wxpay/bizpayurl?pr={}", call.json()["out_trade_no"].as_str().unwrap_or_default())})
    };
    gateway.on(Method::POST, "v3/pay/transactions/native").reply_with(order);
    gateway.on(Method::POST, "v3/pay/transactions/out-trade-no/{no}/close").reply(());
    gateway.on(Method::POST, "v3/merchant/media/upload").reply(json!({"media_id": "media"}));
    gateway.on(Method::POST, "v3/refund/domestic/refunds").fault(Fault::BadSignature);
    gateway.on(Method::POST, "v2/pay/unifiedorder").reply(json!({"prepay_id": "wx2"}));
    gateway.on(Method::POST, "v2/secapi/mch/uploadmedia").reply(json!({"media_id": "media2"}));
    let rows = [[("商户订单号", "A1"), ("订单金额", "1.00")], [("商户订单号", "A2"), ("订单金额", "11.00")]];
    gateway.bills(9).rows(rows).date("2026-11-21");
}

/// Pushes them one after another, while the order is being answered.
fn push(notices: [Notification; 2], url: String, heard: &Heard) {
    let heard = Arc::clone(heard);
    thread::spawn(move || {
        for notice in notices {
            let status = notice.push(&url).map_or(0, |status| status.as_u16());
            heard.lock().unwrap().push(status);
        }
    });
}

/// Runs a program with the variables of a gateway.
fn run(gateway: &Server, heard: &Heard, command: &[&str]) {
    prepare(gateway, heard);
    let output = Command::new(command[0]).args(&command[1..]).envs(gateway.env()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{} by {command:?}:\n{told}", gateway.url());
    assert!(output.status.success(), "{told}");
}

fn exists(command: &str) -> bool {
    Command::new(command).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn node() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/node");
    let installed = folder.join("node_modules/wechatpay-axios-plugin").exists();
    if !installed || !exists("node") {
        println!("SKIPPED: node, or what `npm ci` installs in {}, is missing; .ci/clients says more", folder.display());
        return;
    }
    let program = folder.join("client.mjs");
    for gateway in [Server::start().unwrap(), Server::start_tls().unwrap()] {
        let heard = Heard::default();
        run(&gateway, &heard, &["node", program.to_str().unwrap()]);
        assert_eq!(*heard.lock().unwrap(), [204, 401], "one is genuine, one is not");
        assert!(gateway.calls().len() >= 7);
    }
}

#[test]
fn another_by_hand() {
    let Ok(command) = env::var("WECHATPAY_CLIENT") else { return };
    let command: Vec<_> = command.split_whitespace().collect();
    for gateway in [Server::start().unwrap(), Server::start_tls().unwrap()] {
        // For one that has no public key; who has it says so by `Wechatpay-Serial`.
        gateway.issue_certificate(Validity::Now).unwrap();
        run(&gateway, &Heard::default(), &command);
    }
}
