//! The floor: hyper-util's client and aws-lc-rs by hand, doing the same work with nothing around it.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::Error;

pub struct Bare {
    client: Client<HttpConnector, Full<Bytes>>,
    key: RsaKeyPair,
    platform: ParsedPublicKey,
    base: String,
    mchid: String,
    serial: String,
    platform_id: String,
}

impl Bare {
    pub fn new(var: impl Fn(&str) -> String) -> Result<Self, Error> {
        let key = pem::parse(var("WECHATPAY_PRIVATE_KEY"))?;
        let platform = pem::parse(var("WECHATPAY_PUBLIC_KEY"))?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            key: RsaKeyPair::from_pkcs8(key.contents())?,
            platform: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, platform.contents())?,
            base: var("WECHATPAY_BASE_URI"),
            mchid: var("WECHATPAY_MCHID"),
            serial: var("WECHATPAY_SERIAL"),
            platform_id: var("WECHATPAY_PUBLIC_KEY_ID"),
        })
    }

    pub async fn post(&self, path: &str, order: &Value) -> Result<Value, Error> {
        let body = serde_json::to_vec(order)?;
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
        let mut random = [0; 16];
        SystemRandom::new().fill(&mut random)?;
        let nonce: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut message = format!("POST\n/{path}\n{time}\n{nonce}\n").into_bytes();
        message.extend_from_slice(&body);
        message.push(b'\n');
        let mut signature = vec![0; 256];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &message, &mut signature)?;
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{}\",nonce_str=\"{nonce}\",timestamp=\"{time}\",serial_no=\"{}\",signature=\"{}\"",
            self.mchid,
            self.serial,
            STANDARD.encode(&signature),
        );
        let request = http::Request::post(format!("{}{path}", self.base))
            .header("accept", "application/json")
            .header("user-agent", "bare")
            .header("content-type", "application/json")
            .header("wechatpay-serial", &self.platform_id)
            .header("authorization", authorization)
            .body(Full::from(body))?;
        let (parts, body) = self.client.request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let header =
            |name| parts.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok()).ok_or(name);
        let message =
            [header("wechatpay-timestamp")?.as_bytes(), header("wechatpay-nonce")?.as_bytes(), &body, b""].join(&b'\n');
        self.platform.verify_sig(&message, &STANDARD.decode(header("wechatpay-signature")?)?)?;
        Ok(serde_json::from_slice(&body)?)
    }
}
