use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{Response, StatusCode};
use axum::routing::post;
use wechatpay_chain::{BoxError, Client, Event, Notice, json};

/// The shop's database.
pub trait Books: Send + Sync + 'static {
    /// In fen; `None` for an order that the shop does not have.
    fn price(&self, order: &str) -> Option<u32>;

    /// In one transaction: inserts `key` under a unique index, then books what the
    /// notice says. Does nothing if the key is there already.
    fn book(&self, key: &str, notice: &Notice) -> Result<(), BoxError>;
}

#[derive(Clone)]
pub struct Shop {
    pub wxpay: Client,
    pub books: Arc<dyn Books>,
}

/// By this `Notice` becomes an argument of a handler.
impl FromRef<Shop> for Client {
    fn from_ref(shop: &Shop) -> Self {
        shop.wxpay.clone()
    }
}

pub fn router(shop: Shop) -> Router {
    Router::new().route("/wxpay/notify", post(notify)).with_state(shop)
}

/// Only what is verified and decrypted gets here; all else was answered 401.
async fn notify(State(shop): State<Shop>, notice: Notice) -> Response<String> {
    match tokio::task::spawn_blocking(move || take(&shop, &notice)).await {
        Ok(Ok(())) => Notice::accept(),
        failed => {
            eprintln!("not booked, it comes again: {failed:?}");
            let mut answer =
                Notice::reply(json!({"code": "FAIL", "message": "失败"}));
            *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            answer
        }
    }
}

fn take(shop: &Shop, notice: &Notice) -> Result<(), BoxError> {
    if notice.event() == Event::Payment {
        let order = notice.resource()["out_trade_no"].as_str().unwrap_or_default();
        let price = shop.books.price(order).ok_or("an order of somebody else")?;
        notice.expect("/trade_state", "SUCCESS")?;
        notice.expect("/amount/total", price)?.expect("/amount/currency", "CNY")?;
        notice.expect("/mchid", shop.wxpay.mchid())?;
    }
    shop.books.book(&notice.key(), notice)
}
