//! The proxy for clients whose hosts are constants: `CONNECT` to a host of WeChat Pay leads here, everything else nowhere.

use std::convert::Infallible;
use std::future::ready;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade;
use hyper_util::rt::TokioIo;

use super::connection::Inside;
use super::names;
use super::payload::Payload;
use super::serve::Door;
use super::socket::{Fate, Socket};
use super::tls::speak_encrypted;
use crate::keys::hosts;

const REFUSAL: &str = "this proxy leads to the simulator alone: CONNECT to a host of WeChat Pay, port 443\n";

/// Answers what a proxy is asked for on a connection.
pub(super) async fn lead(socket: Socket, inside: Inside, door: Door) {
    let fate = socket.fate.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let leads = request.method() == Method::CONNECT && request.uri().authority().is_some_and(is_led);
        if leads {
            tokio::spawn(tunnel(request, inside.clone(), door.clone(), fate.clone()));
        }
        ready(Ok::<_, Infallible>(if leads { Response::new(Payload::Whole(Bytes::new())) } else { refusal() }))
    });
    // A connection's error is its peer's to see.
    _ = names::server().serve_connection(TokioIo::new(socket), service).with_upgrades().await;
}

fn is_led(authority: &http::uri::Authority) -> bool {
    authority.port_u16() == Some(443) && !authority.as_str().contains('@') && hosts::is_wechat(authority.host())
}

async fn tunnel(request: Request<Incoming>, inside: Inside, door: Door, fate: Fate) {
    // A client that is gone before it was answered has nothing to say.
    if let Ok(upgraded) = upgrade::on(request).await {
        speak_encrypted(TokioIo::new(upgraded), inside, door, fate).await;
    }
}

fn refusal() -> Response<Payload> {
    let mut response = Response::new(Payload::Whole(Bytes::from_static(REFUSAL.as_bytes())));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_hosts_of_wechat_pay_at_443_are_led() {
        let led = |text: &str| is_led(&text.parse().unwrap());
        for target in ["api.mch.weixin.qq.com:443", "API2.mch.weixin.qq.com:443", "pay.wechatpay.cn:443"] {
            assert!(led(target), "{target}");
        }
        for target in [
            "api.mch.weixin.qq.com",
            "api.mch.weixin.qq.com:80",
            "api.mch.weixin.qq.com:8443",
            "api.mch.weixin.qq.com.:443",
            "user@api.mch.weixin.qq.com:443",
            "mch.weixin.qq.com:443",
            "api.weixin.qq.com:443",
            "localhost:443",
            "127.0.0.1:443",
            "[::1]:443",
            "example.com:443",
        ] {
            assert!(!led(target), "{target}");
        }
    }
}
