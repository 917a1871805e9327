//! A simulator with a shop: orders by the SDK, and a handler that believes nothing that it has not verified.

use serde_json::{Value, json};
use wechatpay_chain::Client;
use wechatpay_sim::{Builder, Simulator};

use super::receiver::Receiver;

pub(crate) struct Shop {
    pub(crate) sim: Simulator,
    pub(crate) wxpay: Client,
    pub(crate) handler: Receiver,
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::of(Simulator::builder().seed(1))
    }

    pub(crate) fn frozen() -> Self {
        Self::of(Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00"))
    }

    pub(crate) fn of(builder: Builder) -> Self {
        let sim = builder.start().unwrap();
        let wxpay = sim.client().unwrap();
        let handler = Receiver::verifying(wxpay.clone());
        Self { sim, wxpay, handler }
    }

    /// The address of a screen.
    pub(crate) fn page(&self, rest: &str) -> String {
        format!("{}_/{rest}", self.sim.url())
    }

    /// Places an order by a code; as the control interface has it.
    pub(crate) fn order(&self, number: &str, description: &str) -> Value {
        let body = json!({
            "appid": "wx0000000000000001", "mchid": "1900000001", "description": description, "out_trade_no": number,
            "notify_url": self.handler.url(), "amount": {"total": 1280},
        });
        self.wxpay.chain("v3/pay/transactions/native").post(body).unwrap();
        self.shown(number)
    }

    /// Places an order that is paid in a phone's browser.
    pub(crate) fn h5_order(&self, number: &str) -> String {
        let body = json!({
            "appid": "wx0000000000000001", "mchid": "1900000001", "description": "h5", "out_trade_no": number,
            "notify_url": self.handler.url(), "amount": {"total": 500},
            "scene_info": {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}},
        });
        let answer = self.wxpay.chain("v3/pay/transactions/h5").post(body).unwrap();
        answer["h5_url"].as_str().unwrap().to_owned()
    }

    pub(crate) fn shown(&self, number: &str) -> Value {
        self.sim.get(&format!("orders/{number}")).unwrap()
    }

    /// Waits until so many notices came; the numbers of those that verify.
    pub(crate) fn told(&self, count: usize) -> Vec<String> {
        let received = self.handler.wait(count);
        let notices = received.iter().map(|received| received.notice(&self.wxpay).unwrap());
        notices.map(|notice| notice.resource()["out_trade_no"].as_str().unwrap().to_owned()).collect()
    }
}

/// Where an order's payer pays.
pub(crate) fn pay_url(order: &Value) -> String {
    order["credential"]["pay_url"].as_str().unwrap().to_owned()
}
