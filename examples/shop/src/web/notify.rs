//! Where WeChat Pay tells what has happened: the handler is the one that the README shows.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::Response;
use axum::routing::post;
use wechatpay_chain::{Client, Notice};

use crate::shop::Shop;

impl FromRef<Shop> for Client {
    fn from_ref(shop: &Shop) -> Self {
        shop.wxpay.clone()
    }
}

/// The one route.
pub fn router(shop: Shop) -> Router {
    Router::new().route("/notify", post(notify)).with_state(shop)
}

/// `notice` is verified and decrypted; forged, stale and probing ones were answered 401 before this runs.
async fn notify(State(shop): State<Shop>, notice: Notice) -> Response<String> {
    match tokio::task::spawn_blocking(move || shop.book(&notice)).await {
        // 204: stored, never again.
        Ok(Ok(())) => Notice::accept(),
        failed => {
            eprintln!("a notification was not booked and will come again: {failed:?}");
            let failure = wechatpay_chain::json!({"code": "FAIL", "message": "失败"});
            let mut response = Notice::reply(failure);
            *response.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}
