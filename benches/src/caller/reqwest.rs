//! reqwest by hand: what a merchant without an SDK would write.

use reqwest::Client;
use serde_json::Value;

use super::{Hand, PATH};
use crate::{Error, PLATFORM_ID};

pub struct Reqwest {
    client: Client,
    hand: Hand,
    base: String,
}

/// With the same TLS as everybody here.
pub fn client() -> Result<Client, Error> {
    Ok(Client::builder().tls_backend_preconfigured(crate::client_tls()?).no_proxy().build()?)
}

impl Reqwest {
    /// With a client that several merchants share, or one of its own.
    pub fn new(base: &str, shared: Option<Client>) -> Result<Self, Error> {
        let client = shared.map_or_else(client, Ok)?;
        Ok(Self { client, hand: Hand::new()?, base: base.to_owned() })
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }

    pub async fn post(&self, order: &Value) -> Result<String, Error> {
        let body = serde_json::to_vec(order)?;
        let request = self
            .client
            .post(format!("{}{PATH}", self.base))
            .header("accept", "application/json")
            .header("user-agent", "reqwest")
            .header("content-type", "application/json")
            .header("wechatpay-serial", PLATFORM_ID)
            .header("authorization", self.hand.authorization(&body)?);
        let response = request.body(body).send().await?;
        let headers = response.headers().clone();
        self.hand.answer(&headers, &response.bytes().await?)
    }
}
