//! A shop that calls: paid orders, refunds, and what became of them.

use std::future::Future;

use wechatpay_chain::{Chain, Client, Error, ErrorKind, Response, Retry, Value, json};
use wechatpay_sim::Simulator;

use super::by_tls::by_tls;

pub(crate) type Done = Result<(), Box<dyn std::error::Error>>;
pub(crate) type Answered = Result<Response, Error>;

pub(crate) const REFUNDS: &str = "v3/refund/domestic/refunds";
pub(crate) const NATIVE: &str = "v3/pay/transactions/native";

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(crate) struct Shop {
    pub(crate) sim: Simulator,
    pub(crate) wxpay: Client,
}

impl Shop {
    /// Time stands, and no notice is sent.
    pub(crate) fn open() -> Self {
        let sim = Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start().unwrap();
        sim.post("notices/pause", json!({})).unwrap();
        let wxpay = sim.client().unwrap();
        Self { sim, wxpay }
    }

    /// The same, and the shop calls over TLS.
    pub(crate) fn open_by_tls() -> Self {
        let sim = Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").tls().start().unwrap();
        sim.post("notices/pause", json!({})).unwrap();
        let wxpay = by_tls(&sim).build().unwrap();
        Self { sim, wxpay }
    }

    /// An order of a yuan that alice has paid.
    pub(crate) fn paid(&self, number: &str) {
        self.wxpay.chain(NATIVE).post(order(number)).unwrap();
        self.sim.pay(number).send().unwrap();
    }

    /// Sets a fault for the calls about a number.
    pub(crate) fn fault(&self, fault: &str, number: &str) {
        let rule = json!({"fault": fault, "times": null, "match": {"number": number}});
        self.sim.post("faults", rule).unwrap();
    }

    /// How many refunds there are of a number.
    pub(crate) fn refunds(&self, number: &str) -> usize {
        self.sim.refunds().unwrap().iter().filter(|refund| refund["out_refund_no"] == number).count()
    }

    pub(crate) fn is_in_order(&self) {
        assert_eq!(self.sim.get("invariants").unwrap(), json!({"ok": true, "failed": []}));
    }
}

pub(crate) fn order(number: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
    })
}

pub(crate) fn refund(order: &str, number: &str) -> Value {
    json!({
        "out_trade_no": order, "out_refund_no": number, "amount": {"refund": 10, "total": 100, "currency": "CNY"},
    })
}

/// Calls once, and never again by itself.
pub(crate) fn once(wxpay: &Client, path: impl Into<String>) -> Chain {
    wxpay.chain(path.into()).retry(Retry::none())
}

pub(crate) fn kind(answered: &Answered) -> Option<ErrorKind> {
    answered.as_ref().err().map(Error::kind)
}
