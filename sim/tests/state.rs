//! The file of the state: what was is there again, and no other file is taken for one.
#![allow(missing_docs)]

use std::fs;

use wechatpay_chain::{Value, json};
use wechatpay_sim::Simulator;

fn place(sim: &Simulator, number: &str) -> Result<(), wechatpay_chain::Error> {
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "a book", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
    });
    sim.client().unwrap().chain("v3/pay/transactions/native").post(order).map(|_| ())
}

#[test]
fn what_was_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let start = || {
        Simulator::builder()
            .frozen("2026-11-25T10:00:00+08:00")
            .state(&file)
            .keys(folder.path().join("keys"))
            .start()
            .unwrap()
    };
    let sim = start();
    sim.post("notices/pause", json!({})).unwrap();
    place(&sim, "A-00001").unwrap();
    sim.post("orders/A-00001/pay", json!({})).unwrap();
    let shown = |sim: &Simulator| {
        let mut order = sim.get("orders/A-00001").unwrap();
        // Its page is at the port of the day.
        order["credential"]["pay_url"].take();
        // The journal is the program's, not the world's.
        order["refs"]["calls"].take();
        order
    };
    let before = shown(&sim);
    drop(sim);
    let saved: Value = wechatpay_chain::serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(saved["version"], 1);
    let sim = start();
    assert_eq!(shown(&sim), before);
    assert_eq!(sim.get("invariants").unwrap()["ok"], true);
    // The number is used, as it was.
    assert!(place(&sim, "A-00001").is_err());
    place(&sim, "A-00002").unwrap();
}

#[test]
fn what_is_no_state_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    for (text, why) in [("{}", "version"), ("no JSON", "JSON"), (r#"{"version":2}"#, "version 2")] {
        fs::write(&file, text).unwrap();
        let error = Simulator::builder().state(&file).start().unwrap_err();
        assert!(error.code() == "STATE_FILE" && error.to_string().contains(why), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    let error = Simulator::builder().state(folder.path().join("none/state.json")).start().unwrap_err();
    assert_eq!(error.code(), "STATE_FILE");
}

#[test]
fn an_address_in_use_is_named() {
    let sim = Simulator::builder().start().unwrap();
    let address = sim.url().trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    assert_eq!(Simulator::builder().listen(address).start().unwrap_err().code(), "ADDRESS");
}

#[test]
fn info_says_what_this_is() {
    let sim = Simulator::builder().seed(7).start().unwrap();
    let info = sim.get("info").unwrap();
    assert_eq!((info["name"].as_str(), info["seed"].as_u64()), (Some("wechatpay-sim"), Some(7)));
    assert_eq!((info["catalogue"]["endpoints"].as_u64(), info["token_required"].as_bool()), (Some(1144), Some(false)));
}
