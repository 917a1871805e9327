//! What all cases need: a simulator whose clock stands, clients, numbers that nobody used, and answers as texts.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_chain::{Client, Response, Result};
use wechatpay_sim::Simulator;

pub(crate) const APP: &str = "wx0000000000000001";
pub(crate) const M: &str = "1900000001";
pub(crate) const P: &str = "1900000010";

/// A rule, another value of it, and what one sees of it with its own value and with the other.
pub(crate) struct Case {
    pub(crate) id: &'static str,
    pub(crate) other: Value,
    pub(crate) usual: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) effect: fn(&Bench) -> String,
}

pub(crate) fn case(
    id: &'static str,
    other: Value,
    usual: &'static str,
    changed: &'static str,
    effect: fn(&Bench) -> String,
) -> Case {
    Case { id, other, usual, changed, effect }
}

/// A rule that is a refusal: another one takes its place.
pub(crate) fn refusal(id: &'static str, usual: &'static str, effect: fn(&Bench) -> String) -> Case {
    let other = json!({"status": 418, "code": "OTHER", "message": "other words", "internal": 7});
    case(id, other, usual, "418 OTHER other words", effect)
}

pub(crate) struct Bench {
    pub(crate) sim: Simulator,
    pub(crate) wxpay: Client,
    pub(crate) partner: Client,
    used: AtomicU32,
}

/// What came of a call: its status, or status, code and message of a refusal.
pub(crate) fn said(called: Result<Response>) -> String {
    match called {
        Ok(response) => response.status().as_u16().to_string(),
        Err(error) => {
            let rejection = error.rejection().unwrap_or_else(|| panic!("{error}"));
            format!("{} {} {}", rejection.status().as_u16(), rejection.code(), rejection.message())
        }
    }
}

impl Bench {
    pub(crate) fn start() -> Self {
        let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start().unwrap();
        let (wxpay, partner) = (sim.client().unwrap(), sim.merchant(P).unwrap().client().unwrap());
        Self { sim, wxpay, partner, used: AtomicU32::new(0) }
    }

    /// A number that nobody used.
    pub(crate) fn number(&self) -> String {
        format!("N{:05}", self.used.fetch_add(1, Ordering::Relaxed))
    }

    /// A payment code of alice's that nobody used.
    pub(crate) fn code(&self) -> String {
        format!("13{:016}", self.used.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn order(number: &str) -> Value {
        json!({
            "appid": APP, "mchid": M, "description": "a book", "out_trade_no": number,
            "notify_url": "http://127.0.0.1:1/paid", "amount": {"total": 1000, "currency": "CNY"},
        })
    }

    pub(crate) fn native(&self, body: Value) -> Result<Response> {
        self.wxpay.chain("v3/pay/transactions/native").post(body)
    }

    pub(crate) fn placed(&self) -> String {
        let number = self.number();
        self.native(Self::order(&number)).unwrap();
        number
    }

    pub(crate) fn paid(&self) -> String {
        let number = self.placed();
        self.sim.pay(&number).send().unwrap();
        number
    }

    pub(crate) fn close(&self, number: &str) -> Result<Response> {
        self.wxpay.chain(format!("v3/pay/transactions/out-trade-no/{number}/close")).post(json!({"mchid": M}))
    }

    pub(crate) fn query(&self, number: &str) -> Result<Response> {
        self.wxpay.chain(format!("v3/pay/transactions/out-trade-no/{number}")).query("mchid", M).get()
    }

    pub(crate) fn charge(&self, number: &str, code: &str, total: i64) -> Result<Response> {
        let body = json!({
            "appid": APP, "mchid": M, "description": "a book", "out_trade_no": number,
            "payer": {"auth_code": code}, "amount": {"total": total, "currency": "CNY"},
            "scene_info": {"store_info": {"id": "1"}},
        });
        self.wxpay.chain("v3/pay/transactions/codepay").post(body)
    }

    /// An order that was paid by a code.
    pub(crate) fn charged(&self) -> String {
        let number = self.number();
        self.charge(&number, &self.code(), 1000).unwrap();
        number
    }

    pub(crate) fn reverse(&self, number: &str) -> Result<Response> {
        let body = json!({"appid": APP, "mchid": M});
        self.wxpay.chain(format!("v3/pay/transactions/out-trade-no/{number}/reverse")).post(body)
    }

    pub(crate) fn refund(&self, order: &str, number: &str, refund: i64) -> Result<Response> {
        let amount = json!({"refund": refund, "total": 1000, "currency": "CNY"});
        let body = json!({"out_trade_no": order, "out_refund_no": number, "amount": amount});
        self.wxpay.chain("v3/refund/domestic/refunds").post(body)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sim.advance(Duration::from_secs(seconds)).unwrap();
    }

    /// A member of an order as the control interface has it.
    pub(crate) fn shown(&self, number: &str, member: &str) -> Value {
        self.sim.get(&format!("orders/{number}")).unwrap().pointer(member).unwrap().clone()
    }

    /// Takes out all that the merchant has, or puts so much in.
    pub(crate) fn balance(&self, amount: Option<i64>) {
        let has =
            || -self.sim.get(&format!("merchants/{M}")).unwrap()["accounts"]["BASIC"]["available"].as_i64().unwrap();
        let amount = amount.unwrap_or_else(has);
        if amount != 0 {
            self.sim.post(&format!("merchants/{M}/balance"), json!({"account": "BASIC", "amount": amount})).unwrap();
        }
    }
}

/// Seconds between two times as the interface writes them.
pub(crate) fn seconds(from: &Value, to: &Value) -> String {
    let at = |time: &Value| time.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
    (at(to) - at(from)).to_string()
}
