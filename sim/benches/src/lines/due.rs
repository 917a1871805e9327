//! Line 7: ten thousand objects whose time comes: orders that nobody pays, transfers that nobody confirms, shares that nobody asks for.

use std::collections::BTreeMap;
use std::time::Instant;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use super::orders::in_turn;
use crate::load::{Connection, control};
use crate::measure::median;
use crate::merchant::{Merchant, NATIVE, number, order};
use crate::process::Sim;
use crate::receiver::Receiver;
use crate::table::Table;
use crate::{Bench, Error, RUNS};

const TRANSFERS: &str = "v3/fund-app/mch-transfer/transfer-bills";

/// How many of each kind, by the control interface's word for what happens to them.
const EACH: [(&str, usize); 3] = [("close_order", 3_334), ("transfer", 3_333), ("release", 3_333)];

pub async fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    let mut took = Vec::new();
    for _ in 0..RUNS {
        took.push(passed(bench).await?);
    }
    let what = "7-day close, 24-hour transfer, 30-day release of 10,000 objects by one advance";
    table.at_most("7", what, median(took), 2.0, "s");
    Ok(())
}

/// The seconds that the advance takes.
async fn passed(bench: &Bench) -> Result<f64, Error> {
    let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
    let (merchant, receiver) = (Merchant::of(bench, &sim)?, Receiver::start(None).await?);
    let mut connection = Connection::open(&sim.authority()).await?;
    connection.control(Method::POST, "clock", &json!({"mode": "frozen"})).await?;
    connection.control(Method::PATCH, "settings", &json!({"auto": {"transfer": null}})).await?;
    let payers = connection.control(Method::GET, "payers", &Value::Null).await?;
    let alice = payers["items"].as_array().into_iter().flatten().find(|payer| payer["name"] == "alice");
    let openid = alice.ok_or("no alice")?["openids"]["wx0000000000000001"].clone();
    let [(_, unpaid), (_, transfers), (_, shared)] = EACH;
    let url = format!("{}/paid", receiver.url);
    let each = |count: usize, make: &dyn Fn(usize) -> Result<Vec<Request<Bytes>>, Error>| -> Result<Vec<_>, Error> {
        (0..count).map(make).collect()
    };
    let mut all = each(unpaid, &|at| Ok(vec![placed(&merchant, order(&number("DUE", at), &url))?]))?;
    all.extend(each(transfers, &|at| Ok(vec![transfer(&merchant, at, &openid)?]))?);
    all.extend(each(shared, &|at| frozen(&merchant, &number("SHARE", at), &url))?);
    in_turn(&sim, all).await?;
    receiver.wait(shared).await;
    let started = Instant::now();
    let answer = connection.control(Method::POST, "clock/advance", &json!({"by": "744h"})).await?;
    let took = started.elapsed().as_secs_f64();
    expect(&answer)?;
    sim.stop()?;
    Ok(took)
}

fn placed(merchant: &Merchant, body: Value) -> Result<Request<Bytes>, Error> {
    merchant.signed(&merchant.client.chain(NATIVE), Method::POST, body)
}

fn transfer(merchant: &Merchant, at: usize, openid: &Value) -> Result<Request<Bytes>, Error> {
    let body = json!({
        "appid": "wx0000000000000001", "out_bill_no": format!("T{at:07}"), "openid": openid, "transfer_amount": 100,
        "transfer_remark": "a prize", "transfer_scene_id": "1000", "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "新会员有礼"}, {"info_type": "奖励说明", "info_content": "一等奖"},
        ],
    });
    merchant.signed(&merchant.client.chain(TRANSFERS), Method::POST, body)
}

/// An order that is paid, and of which nothing is shared.
fn frozen(merchant: &Merchant, number: &str, receiver: &str) -> Result<Vec<Request<Bytes>>, Error> {
    let mut body = order(number, receiver);
    body["settle_info"] = json!({"profit_sharing": true});
    Ok(vec![placed(merchant, body)?, control(Method::POST, &format!("orders/{number}/pay"), &json!({}))?])
}

/// Each has had its time.
fn expect(answer: &Value) -> Result<(), Error> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for event in answer["events"].as_array().into_iter().flatten() {
        *counts.entry(event["kind"].as_str().unwrap_or_default()).or_default() += 1;
    }
    let is_right = EACH.iter().all(|(kind, count)| counts.get(kind) == Some(count));
    if is_right { Ok(()) } else { Err(format!("expected {EACH:?}, not {counts:?}").into()) }
}
