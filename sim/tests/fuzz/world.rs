//! A simulator with something of everything, put back before each input, so that what an input does depends on nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_chain::{Chain, Client, PrivateKey};
use wechatpay_sim::Simulator;

const APP: &str = "wx0000000000000001";
pub(crate) const M: &str = "1900000001";
const NOWHERE: &str = "http://127.0.0.1:9/x";

/// The simulator, what it is put back to, and the first merchant's keys.
pub(crate) struct Bench {
    pub(crate) sim: Simulator,
    state: Value,
    pub(crate) serial: String,
    pub(crate) key: PrivateKey,
    pub(crate) secret: String,
    /// One input at a time: they share the simulator.
    turn: Mutex<()>,
}

/// Panics of any thread: the simulator's own have nobody who would see theirs.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Lets something be done with the simulator as it was at first; then it is still in order.
pub(crate) fn with(work: impl FnOnce(&Bench)) {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    let bench = BENCH.get_or_init(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            before(info);
        }));
        Bench::start().unwrap()
    });
    let _turn = bench.turn.lock().unwrap_or_else(PoisonError::into_inner);
    let before = PANICS.load(Ordering::SeqCst);
    bench.sim.put("state", bench.state.clone()).unwrap();
    work(bench);
    let invariants = bench.sim.get("invariants").unwrap();
    assert_eq!(PANICS.load(Ordering::SeqCst), before, "a thread of the simulator panicked");
    assert_eq!(invariants["ok"], true, "{invariants}");
}

impl Bench {
    fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start()?;
        fill(&sim)?;
        let secrets = sim.get(&format!("merchants/{M}/secrets"))?;
        let text = |name: &str| secrets[name].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            state: sim.get("state")?,
            serial: sim.get(&format!("merchants/{M}"))?["serial"].as_str().unwrap_or_default().to_owned(),
            key: PrivateKey::from_pem(text("private_key"))?,
            secret: text("secret"),
            turn: Mutex::default(),
            sim,
        })
    }
}

/// Something of everything: orders, refunds, a transfer, shares and a return, a complaint, notices, faults.
fn fill(sim: &Simulator) -> Result<(), Box<dyn std::error::Error>> {
    let wxpay = sim.client()?;
    // No text is a fault's name by chance; who does not answer a notice is not waited for.
    sim.patch("settings", json!({"triggers": {"text": false}, "notify": {"timeout_ms": 20}}))?;
    sim.post("notices/pause", json!({}))?;
    let native = |number: &str, shared: bool| {
        wxpay.chain("v3/pay/transactions/native").post(json!({
            "appid": APP, "mchid": M, "description": "tea", "out_trade_no": number, "notify_url": NOWHERE,
            "amount": {"total": 10_000, "currency": "CNY"}, "settle_info": {"profit_sharing": shared},
        }))
    };
    native("ORDER1", false)?;
    native("ORDER2", true)?;
    let shared = sim.pay("ORDER2").send()?["transaction_id"].clone();
    let sub = |mchid: &str, number: &str| {
        json!({"mchid": mchid, "out_trade_no": number, "attach": "x", "description": "tea",
            "amount": {"total_amount": 100, "currency": "CNY"}})
    };
    wxpay.chain("v3/combine-transactions/native").post(json!({
        "combine_appid": APP, "combine_mchid": M, "combine_out_trade_no": "ORDER3", "notify_url": NOWHERE,
        "sub_orders": [sub(M, "ORDER31"), sub("1900000002", "ORDER32")],
    }))?;
    shares(sim, &wxpay.chain("v3/profitsharing"), &shared)?;
    wxpay.chain("v3/refund/domestic/refunds").post(json!({
        "out_trade_no": "ORDER2", "out_refund_no": "REFUND1", "notify_url": NOWHERE,
        "amount": {"refund": 100, "total": 10_000, "currency": "CNY"},
    }))?;
    transfer(sim, &wxpay)?;
    sim.post("complaints", json!({"order": "ORDER2", "images": 1}))?;
    sim.post("faults", json!({"match": {"path": "v3/payscore/*"}, "fault": "SYSTEM_ERROR"}))?;
    sim.post("replies", json!({"method": "GET", "path": "v3/payscore/serviceorder", "status": 200, "body": {}}))?;
    // The journal would be most of the state; one call of it is enough.
    sim.delete("calls")?;
    wxpay.chain("v3/refund/domestic/refunds/REFUND1").get()?;
    Ok(())
}

fn shares(sim: &Simulator, sharing: &Chain, transaction_id: &Value) -> Result<(), Box<dyn std::error::Error>> {
    sim.advance(Duration::from_secs(60))?;
    let receiver = json!({"appid": APP, "type": "MERCHANT_ID", "account": "1900000002", "name": "a shop", "relation_type": "PARTNER"});
    sharing.chain("receivers/add").encrypt("/name").post(receiver)?;
    for number in ["SHARE1", "SHARE2"] {
        let to = json!([{"type": "MERCHANT_ID", "account": "1900000002", "amount": 1_000, "description": "a share"}]);
        sharing.chain("orders").post(json!({
            "appid": APP, "transaction_id": transaction_id, "out_order_no": number, "receivers": to, "unfreeze_unsplit": false,
        }))?;
    }
    sim.post("sharings/SHARE1/result", json!({"result": "SUCCESS"}))?;
    sim.patch("settings", json!({"auto": {"return": null}}))?;
    sharing.chain("return-orders").post(json!({
        "out_order_no": "SHARE1", "out_return_no": "RETURN1", "return_mchid": "1900000002", "amount": 100, "description": "back",
    }))?;
    Ok(())
}

fn transfer(sim: &Simulator, wxpay: &Client) -> Result<(), Box<dyn std::error::Error>> {
    let openid = sim.get("payers/alice")?["openids"][APP].clone();
    wxpay.chain("v3/fund-app/mch-transfer/transfer-bills").post(json!({
        "appid": APP, "out_bill_no": "TRANSFER1", "openid": openid, "transfer_amount": 1_000, "transfer_remark": "a prize",
        "notify_url": NOWHERE, "transfer_scene_id": "1000", "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "新会员有礼"}, {"info_type": "奖励说明", "info_content": "一等奖"},
        ],
    }))?;
    Ok(())
}
