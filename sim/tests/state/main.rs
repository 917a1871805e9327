//! The file of the state: what was is there again, it is written in time and whole, and no other file is taken for one.
#![allow(missing_docs)]

mod again;
mod file;
mod reset;
mod strangers;

use std::path::Path;

use wechatpay_chain::{Value, json};
use wechatpay_sim::Simulator;

type Done = Result<(), Box<dyn std::error::Error>>;

/// A simulator whose keys and state are in a folder, and whose clock stands.
fn start(folder: &Path) -> Simulator {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00");
    sim.state(folder.join("state.json")).keys(folder.join("keys")).start().unwrap()
}

fn place(sim: &Simulator, number: &str) -> Result<(), wechatpay_chain::Error> {
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "a book", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
    });
    sim.client().unwrap().chain("v3/pay/transactions/native").post(order).map(|_| ())
}

/// The members in which two states differ.
fn differing(one: &Value, other: &Value) -> Vec<String> {
    let names = |state: &Value| state.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other));
    names(one).into_iter().filter(|name| one[name] != other[name]).collect()
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
