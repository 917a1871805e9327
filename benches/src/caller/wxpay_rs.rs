//! The crate wxpay-rs. Its host is fixed, so its calls come here through the HTTP client that it lets one inject: reqwest, as its own is.

use async_trait::async_trait;
use wxpay_rs::error::{WxPayError, WxPayResult};
use wxpay_rs::http::HttpClient;
use wxpay_rs::http::client::HttpResponse;
use wxpay_rs::services::payments::jsapi::Amount;
use wxpay_rs::services::payments::native::NativeRequest;
use wxpay_rs::{WxPayClient, WxPayConfig};

use crate::{Error, MCHID, MERCHANT_KEY, PLATFORM_ID, PLATFORM_PUBLIC, SERIAL};

pub struct WxpayRs {
    client: WxPayClient,
    order: NativeRequest,
}

impl WxpayRs {
    pub async fn new(base: &str) -> Result<Self, Error> {
        let config = WxPayConfig::builder()
            .app_id("wxd678efh567hg6787")
            .merchant_id(MCHID)
            .api_v3_key("0123456789abcdef0123456789abcdef")
            .private_key(MERCHANT_KEY.into())
            .cert_serial_number(SERIAL)
            .platform_public_key(PLATFORM_ID, PLATFORM_PUBLIC.into())
            .build()?;
        let redirected = Redirected { client: super::reqwest::client()?, base: base.to_owned() };
        let client = WxPayClient::builder().config(config).http_client(redirected).build().await?;
        let order = NativeRequest {
            appid: "wxd678efh567hg6787".into(),
            mchid: MCHID.into(),
            description: "测试商品".into(),
            out_trade_no: "1217752501201407033233368018".into(),
            amount: Some(Amount { total: 100, currency: Some("CNY".into()) }),
            notify_url: Some("https://www.example.com/wxpay/pay".into()),
        };
        Ok(Self { client, order })
    }

    pub async fn post(&self) -> Result<String, Error> {
        Ok(self.client.native().create_order(&self.order).await?.code_url)
    }
}

/// Sends to the gateway of the benchmark what is meant for the real one.
struct Redirected {
    client: reqwest::Client,
    base: String,
}

#[async_trait]
impl HttpClient for Redirected {
    async fn post(&self, url: &str, headers: Vec<(String, String)>, body: &str) -> WxPayResult<HttpResponse> {
        let path = url.strip_prefix("https://api.mch.weixin.qq.com/").unwrap_or(url);
        let mut request = self.client.post(format!("{}{path}", self.base)).body(body.to_owned());
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(WxPayError::NetworkError)?;
        let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let status = response.status().as_u16();
        Ok(HttpResponse::new(status, headers, response.text().await.map_err(WxPayError::NetworkError)?))
    }

    async fn get(&self, _: &str, _: Vec<(String, String)>) -> WxPayResult<HttpResponse> {
        Err(WxPayError::InternalError("not used here".into()))
    }

    async fn put(&self, _: &str, _: Vec<(String, String)>, _: &str) -> WxPayResult<HttpResponse> {
        Err(WxPayError::InternalError("not used here".into()))
    }

    async fn delete(&self, _: &str, _: Vec<(String, String)>) -> WxPayResult<HttpResponse> {
        Err(WxPayError::InternalError("not used here".into()))
    }

    async fn patch(&self, _: &str, _: Vec<(String, String)>, _: &str) -> WxPayResult<HttpResponse> {
        Err(WxPayError::InternalError("not used here".into()))
    }
}
