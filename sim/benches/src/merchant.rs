//! The merchant: a client with the keys of the folder, and requests signed beforehand.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use serde_json::{Value, json};
use wechatpay_chain::gateway::request_message;
use wechatpay_chain::{Chain, Client, ClientBuilder, PrivateKey, PublicKey};

use crate::load::control;
use crate::process::Sim;
use crate::{Bench, Error};

pub const MCHID: &str = "1900000001";
pub const NATIVE: &str = "v3/pay/transactions/native";

/// A merchant of a simulator that runs.
pub struct Merchant {
    pub client: Client,
    key: PrivateKey,
    serial: String,
}

/// What makes an order, and what pays it.
pub struct Signed {
    pub create: Request<Bytes>,
    pub pay: Request<Bytes>,
}

impl Merchant {
    pub fn of(bench: &Bench, sim: &Sim) -> Result<Self, Error> {
        let certificate = wechatpay_chain::Certificate::from_pem(&read(bench, "apiclient_cert.pem")?)?;
        let key = PrivateKey::from_pem(&read(bench, "apiclient_key.pem")?)?;
        Ok(Self { client: builder(bench, sim)?.build()?, key, serial: certificate.serial().to_owned() })
    }

    /// So many orders, their notices spread over 16 paths of a receiver.
    pub fn orders(&self, prefix: &str, count: usize, receiver: &str) -> Result<Vec<Signed>, Error> {
        let one = |at: usize| {
            let (number, url) = (number(prefix, at), format!("{receiver}/{}", at % 16));
            let create = self.signed(&self.client.chain(NATIVE), Method::POST, order(&number, &url))?;
            Ok(Signed { create, pay: control(Method::POST, &format!("orders/{number}/pay"), &json!({}))? })
        };
        (0..count).map(one).collect()
    }

    /// A request as it goes out: signed now, to be sent within five minutes.
    pub fn signed(
        &self,
        chain: &Chain,
        method: Method,
        body: impl Into<Option<Value>>,
    ) -> Result<Request<Bytes>, Error> {
        let mut request = match body.into() {
            Some(body) => chain.to_request(method, body)?,
            None => chain.to_request(method, ())?,
        };
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let (timestamp, nonce) = (now.as_secs().to_string(), format!("{:032x}", now.as_nanos()));
        let message = request_message(request.method().as_str(), target, &timestamp, &nonce, request.body());
        let (serial, signature) = (&self.serial, STANDARD.encode(self.key.sign(&message)?));
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{MCHID}\",nonce_str=\"{nonce}\",signature=\"{signature}\",timestamp=\"{timestamp}\",serial_no=\"{serial}\""
        );
        request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::try_from(authorization)?);
        Ok(request)
    }
}

pub fn builder(bench: &Bench, sim: &Sim) -> Result<ClientBuilder, Error> {
    let platform = |name: &str| std::fs::read_to_string(bench.keys.path().join("platform").join(name));
    Ok(Client::builder()
        .mchid(MCHID)
        .merchant_identity(read(bench, "apiclient_cert.pem")?, read(bench, "apiclient_key.pem")?)
        .api_v3_key(read(bench, "api_v3_key.txt")?)
        .platform_key(platform("pub_key_id.txt")?.trim(), PublicKey::from_pem(&platform("pub_key.pem")?)?)
        .base_uri(format!("http://{}/", sim.authority())))
}

fn read(bench: &Bench, name: &str) -> Result<String, Error> {
    let path = bench.keys.path().join("merchants").join(MCHID).join(name);
    Ok(std::fs::read_to_string(path)?.trim().to_owned())
}

pub fn order(number: &str, notify_url: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": MCHID, "description": "a book", "out_trade_no": number,
        "notify_url": notify_url, "amount": {"total": 100, "currency": "CNY"},
    })
}

pub fn number(prefix: &str, at: usize) -> String {
    format!("{prefix}-{at:07}")
}
