//! A browser without eyes.

use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use wechatpay_chain::Value;
use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::http::{HeaderMap, Request};

use super::support::{Done, TOKEN};

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Done<Answer> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes())))?;
    let answer = Client::builder(TokioExecutor::new()).build_http().request(request).await?;
    let (parts, body) = answer.into_parts();
    let text = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, text })
}

pub async fn get(url: &str) -> Done<Answer> {
    send("GET", url, &[], "").await
}

/// As a browser sends a form.
pub async fn form(url: &str, body: &str) -> Done<Answer> {
    send("POST", url, &[("Content-Type", "application/x-www-form-urlencoded")], body).await
}

/// As the shopkeeper.
pub async fn admin(method: &str, url: &str, body: Option<Value>) -> Done<Answer> {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    send(method, url, &headers, &body.map_or_else(String::new, |body| body.to_string())).await
}
