use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{Response, StatusCode};
use axum::routing::post;
use wechatpay_chain::{BoxError, Client, Event, Notice, Value, json};

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
    match notice.event() {
        Event::Payment => {
            notice.expect("/mchid", shop.wxpay.mchid())?;
            check(shop, notice, "", "total")?;
        }
        Event::CombinedPayment => {
            notice.expect("/combine_mchid", shop.wxpay.mchid())?;
            let parts =
                notice.resource()["sub_orders"].as_array().map_or(0, Vec::len);
            for part in 0..parts {
                check(shop, notice, &format!("/sub_orders/{part}"), "total_amount")?;
            }
        }
        _ => (),
    }
    shop.books.book(&notice.key(), notice)
}

/// What was paid is what the shop asked for; `at` is where the order stands.
fn check(
    shop: &Shop,
    notice: &Notice,
    at: &str,
    total: &str,
) -> Result<(), BoxError> {
    let order = notice.resource().pointer(&format!("{at}/out_trade_no"));
    let order = order.and_then(Value::as_str).unwrap_or_default();
    let price = shop.books.price(order).ok_or("an order of somebody else")?;
    notice
        .expect(&format!("{at}/trade_state"), "SUCCESS")?
        .expect(&format!("{at}/amount/{total}"), price)?
        .expect(&format!("{at}/amount/currency"), "CNY")?;
    Ok(())
}
