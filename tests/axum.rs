//! The extractor for axum: what a handler gets, what everybody else is answered, and where its state may lie.
#![cfg(all(feature = "async", feature = "axum", feature = "mock"))]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::IntoResponse as _;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Frame;
use wechatpay_chain::axum::{LIMIT, NoticeRejection, Notify};
use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, ErrorKind, Notice, Value, http, json};

/// What the extractor answers: the status, and the error's kind and text for the log.
async fn answer<T, S>(state: &S, headers: http::HeaderMap, body: Body) -> (u16, Option<(ErrorKind, String)>)
where
    T: FromRequest<S, Rejection = NoticeRejection>,
    S: Send + Sync,
{
    let mut request = Request::new(body);
    *request.headers_mut() = headers;
    let Err(rejection) = T::from_request(request, state).await else { return (200, None) };
    let error = (rejection.error().kind(), rejection.error().to_string());
    let response = rejection.into_response();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, r#"{"code":"FAIL","message":"失败"}"#.as_bytes());
    (status, Some(error))
}

fn notice(gateway: &Server, pad: usize) -> (http::HeaderMap, Bytes) {
    let resource = json!({"out_refund_no": "1", "remark": "x".repeat(pad)});
    gateway.notice("REFUND.SUCCESS", "refund", resource).parts().unwrap()
}

/// A body that breaks off after its first bytes, as when the peer goes away.
struct Broken(Option<Bytes>);

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        let broken = || Err(std::io::ErrorKind::ConnectionReset.into());
        Poll::Ready(Some(self.0.take().map_or_else(broken, |bytes| Ok(Frame::data(bytes)))))
    }
}

#[tokio::test]
async fn handlers_get_verified_notices_and_others_their_refusal() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let (headers, body) = notice(&gateway, 0);
    assert_eq!(answer::<Notice, _>(&wxpay, headers.clone(), body.clone().into()).await.0, 200);
    assert_eq!(answer::<Notify, _>(&wxpay, headers, body.into()).await.0, 200);
    let forged = gateway.notice("REFUND.SUCCESS", "refund", json!({})).forged();
    let (headers, body) = forged.parts().unwrap();
    let (status, error) = answer::<Notice, _>(&wxpay, headers, body.into()).await;
    assert_eq!((status, error.unwrap().0), (401, ErrorKind::Verify));
    let wrong = gateway.builder().api_v3_key("x".repeat(32)).build().unwrap();
    let (headers, body) = notice(&gateway, 0);
    let (status, error) = answer::<Notice, _>(&wrong, headers, body.into()).await;
    assert_eq!((status, error.unwrap().0), (500, ErrorKind::Decrypt));
}

#[tokio::test]
async fn a_body_over_the_limit_is_answered_413_and_the_limit_can_be_set() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let spaces = |length: usize| Body::from(vec![b' '; length]);
    let (status, error) = answer::<Notice, _>(&wxpay, http::HeaderMap::new(), spaces(LIMIT + 1)).await;
    let (kind, text) = error.unwrap();
    assert_eq!((status, kind), (413, ErrorKind::Transport));
    assert!(text.contains("longer than 262144 bytes"), "{text}");
    assert_eq!(answer::<Notify, _>(&wxpay, http::HeaderMap::new(), spaces(LIMIT + 1)).await.0, 413);
    // One of the right length is read, and then it is no notification.
    assert_eq!(answer::<Notice, _>(&wxpay, http::HeaderMap::new(), spaces(LIMIT)).await.0, 401);
    let (headers, body) = notice(&gateway, LIMIT);
    assert!(body.len() > LIMIT);
    assert_eq!(answer::<Notice, _>(&wxpay, headers.clone(), body.clone().into()).await.0, 413);
    assert_eq!(answer::<Notify<1_048_576>, _>(&wxpay, headers.clone(), body.clone().into()).await.0, 200);
    assert_eq!(answer::<Notify<1000>, _>(&wxpay, headers.clone(), body.clone().into()).await.0, 413);
    // A limit of a layer around the handler is one too.
    let limited = Body::new(Limited::new(Full::new(body), 1000));
    assert_eq!(answer::<Notify<1_048_576>, _>(&wxpay, headers, limited).await.0, 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_answered_400() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let (headers, body) = notice(&gateway, 0);
    for start in [Some(body.slice(..10)), None] {
        let (status, error) = answer::<Notice, _>(&wxpay, headers.clone(), Body::new(Broken(start))).await;
        let (kind, text) = error.unwrap();
        assert_eq!(
            (status, kind, text.as_str()),
            (400, ErrorKind::Transport, "the notification broke off in its body")
        );
    }
}

struct App {
    wxpay: Client,
}

impl FromRef<App> for Client {
    fn from_ref(app: &App) -> Self {
        app.wxpay.clone()
    }
}

#[tokio::test]
async fn the_state_may_lie_in_an_arc() {
    let gateway = Server::start().unwrap();
    let app = Arc::new(App { wxpay: gateway.client().unwrap() });
    let (headers, body) = notice(&gateway, 0);
    assert_eq!(answer::<Notice, _>(&app, headers.clone(), body.clone().into()).await.0, 200);
    let mut request = Request::new(Body::from(body));
    *request.headers_mut() = headers;
    let Notify(notice) = Notify::<1_048_576>::from_request(request, &app).await.unwrap();
    assert_eq!(notice.resource()["out_refund_no"], Value::from("1"));
}
