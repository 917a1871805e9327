//! The floor: hyper-util's client by hand, doing the same work with nothing around it.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::{Hand, PATH};
use crate::{Error, PLATFORM_ID};

pub struct Floor {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    hand: Hand,
    base: String,
}

impl Floor {
    pub fn new(base: &str) -> Result<Self, Error> {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.enforce_http(false);
        let tls = crate::client_tls()?;
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let client = Client::builder(TokioExecutor::new()).build(connector.wrap_connector(http));
        Ok(Self { client, hand: Hand::new()?, base: base.to_owned() })
    }

    pub async fn post(&self, order: &Value) -> Result<String, Error> {
        let body = serde_json::to_vec(order)?;
        let authorization = self.hand.authorization(&body)?;
        let request = http::Request::post(format!("{}{PATH}", self.base))
            .header("accept", "application/json")
            .header("user-agent", "floor")
            .header("content-type", "application/json")
            .header("wechatpay-serial", PLATFORM_ID)
            .header("authorization", authorization)
            .body(Full::from(body))?;
        let (parts, body) = self.client.request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        self.hand.answer(&parts.headers, &body)
    }
}
