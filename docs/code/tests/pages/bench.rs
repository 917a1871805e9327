//! A simulator, and a shop that is told by it.

use std::sync::Mutex;

use tokio::net::TcpListener;
use wechatpay_chain::{BoxError, Client, Error, Notice, Rejection, Value, json};
use wechatpay_guide::native;
use wechatpay_guide::notifications::handler::{Books, Shop, router};
use wechatpay_sim::Simulator;

pub(crate) type Done = Result<(), BoxError>;

pub(crate) const PARTNER: &str = "1900000010";
pub(crate) const SUB: &str = "1900000011";
pub(crate) const RECEIVER: &str = "1900000002";

pub(crate) fn start() -> (Simulator, Client) {
    let sim = Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start().unwrap();
    let wxpay = sim.client().unwrap();
    (sim, wxpay)
}

/// An order that alice has paid, and WeChat Pay's number of it.
pub(crate) async fn paid(sim: &Simulator, wxpay: &Client, number: &str, fen: u32) -> String {
    native::create::create(wxpay, number, fen).await.unwrap();
    sim.pay(number).send().unwrap()["transaction_id"].as_str().unwrap().to_owned()
}

/// What the gateway says no with; empty for another error.
pub(crate) fn code(error: &Error) -> &str {
    error.rejection().map_or("", Rejection::code)
}

pub(crate) fn openid(sim: &Simulator, payer: &str, appid: &str) -> String {
    let payers = sim.get("payers").unwrap();
    let payers = payers["items"].as_array().or(payers.as_array()).unwrap().clone();
    let payer = payers.into_iter().find(|known| known["name"] == payer).unwrap();
    payer["openids"][appid].as_str().unwrap().to_owned()
}

/// Keeps what was booked, by key.
#[derive(Default)]
pub(crate) struct Kept(pub(crate) Mutex<Vec<(String, Value)>>);

impl Books for Kept {
    fn price(&self, order: &str) -> Option<u32> {
        order.starts_with("A-").then_some(100)
    }

    fn book(&self, key: &str, notice: &Notice) -> Result<(), BoxError> {
        let mut kept = self.0.lock().unwrap();
        if kept.iter().all(|(known, _)| known != key) {
            kept.push((key.to_owned(), notice.resource().clone()));
        }
        Ok(())
    }
}

/// Serves the shop, and has the simulator send there what is meant for shop.example.com.
pub(crate) async fn serve(sim: &Simulator, shop: Shop) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router(shop)).await });
    sim.patch("settings", json!({"notify": {"map": {"https://shop.example.com/": url}}})).unwrap();
    url
}
