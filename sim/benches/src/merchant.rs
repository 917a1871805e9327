//! The merchant: a client with the keys of the folder, and requests signed beforehand.

use std::path::Path;

use http::{Method, Request};
use serde_json::{Value, json};
use wechatpay_chain::{Client, ClientBuilder, PublicKey};

use crate::load::control;
use crate::process::Sim;
use crate::{Bench, Error};

pub const MCHID: &str = "1900000001";
pub const NATIVE: &str = "v3/pay/transactions/native";

/// A client for a simulator that runs.
pub fn client(bench: &Bench, sim: &Sim) -> Result<Client, Error> {
    Ok(builder(bench, sim)?.build()?)
}

pub fn builder(bench: &Bench, sim: &Sim) -> Result<ClientBuilder, Error> {
    let keys = bench.keys.path();
    let read = |name: &str| std::fs::read_to_string(Path::new(keys).join(name)).map(|text| text.trim().to_owned());
    let own = |name: &str| read(&format!("merchants/{MCHID}/{name}"));
    Ok(Client::builder()
        .mchid(MCHID)
        .merchant_identity(own("apiclient_cert.pem")?, own("apiclient_key.pem")?)
        .api_v3_key(own("api_v3_key.txt")?)
        .platform_key(read("platform/pub_key_id.txt")?, PublicKey::from_pem(&read("platform/pub_key.pem")?)?)
        .base_uri(format!("http://{}/", sim.authority())))
}

pub fn order(number: &str, notify_url: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": MCHID, "description": "a book", "out_trade_no": number,
        "notify_url": notify_url, "amount": {"total": 100, "currency": "CNY"},
    })
}

/// What makes an order, and what pays it, by number.
pub struct Signed {
    pub create: Request<bytes::Bytes>,
    pub pay: Request<bytes::Bytes>,
}

/// So many orders, their notices spread over 16 paths of a receiver.
pub fn orders(client: &Client, prefix: &str, count: usize, receiver: &str) -> Result<Vec<Signed>, Error> {
    let one = |at: usize| {
        let (number, url) = (number(prefix, at), format!("{receiver}/{}", at % 16));
        let create = client.chain(NATIVE).to_request(Method::POST, order(&number, &url))?;
        Ok(Signed { create, pay: control(Method::POST, &format!("orders/{number}/pay"), &json!({}))? })
    };
    (0..count).map(one).collect()
}

pub fn number(prefix: &str, at: usize) -> String {
    format!("{prefix}-{at:07}")
}
