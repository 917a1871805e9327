//! The customer's routes: the goods, an order, whether there is something new about it.

use std::fmt::Write as _;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::fault::Fault;
use super::page::{self, View};
use super::words::Words;
use crate::error::{Error, Result};
use crate::model::openid::Openid;
use crate::pay::orders::Wanted;
use crate::shop::Shop;

/// The routes.
pub(super) fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(goods))
        .route("/shop.css", get(|| async { file("text/css; charset=utf-8", include_str!("../../templates/shop.css")) }))
        .route(
            "/shop.js",
            get(|| async { file("text/javascript; charset=utf-8", include_str!("../../templates/shop.js")) }),
        )
        .route("/icon.svg", get(|| async { file("image/svg+xml", include_str!("../../templates/icon.svg")) }))
        .route("/orders", post(buy))
        .route("/orders/{number}", get(order))
        .route("/orders/{number}/state", get(state))
        .fallback(nothing)
        .with_state(shop)
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Within WeChat, whoever sent the customer here has asked WeChat who he is; outside there is nobody to name.
#[derive(Deserialize)]
struct Visitor {
    openid: Option<String>,
}

#[derive(Deserialize)]
struct Basket {
    request: String,
    thing: String,
    openid: Option<String>,
}

async fn goods(Query(visitor): Query<Visitor>, headers: HeaderMap) -> Response {
    let words = words(&headers);
    match mark() {
        Ok(mark) => page::shop(words, mark, visitor.openid.as_deref()),
        Err(error) => told(words, &error),
    }
}

/// Writes the order down and sends the browser to its page, which asks WeChat Pay: trying again there is no second buy. The mark is of the page
/// as the customer got it; of each thing it is another one.
async fn buy(State(shop): State<Shop>, headers: HeaderMap, Form(basket): Form<Basket>) -> Response {
    let openid = basket.openid.filter(|openid| !openid.is_empty()).map(Openid::new);
    let request = format!("{}-{}", basket.request, basket.thing);
    match shop.take(Wanted { request, thing: basket.thing, openid }, Timestamp::now()).await {
        Ok(order) => Redirect::to(&format!("/orders/{}", order.number)).into_response(),
        Err(error) => told(words(&headers), &error),
    }
}

async fn order(State(shop): State<Shop>, Path(number): Path<String>, headers: HeaderMap) -> Response {
    let (words, now) = (words(&headers), Timestamp::now());
    let view = match shop.ready(&number, now).await {
        Ok(order) => View::of(&shop, &order, words, now),
        Err(error) => Err(error),
    };
    match view {
        Ok(view) => page::order(words, view),
        Err(error) => told(words, &error),
    }
}

/// Small, for it is asked for every few seconds; nothing here asks WeChat Pay.
async fn state(
    State(shop): State<Shop>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Json<wechatpay_chain::Value>, Fault> {
    let order = shop.look_up(&number).await?;
    let shown = order.shown();
    Ok(Json(json!({
        "state": shown.as_str(),
        "text": words(&headers).state(shown),
        "version": page::version_of(&order, Timestamp::now()),
        "paid": order.paid,
        "refunded": order.refunded,
    })))
}

async fn nothing(headers: HeaderMap) -> Response {
    page::fault(words(&headers), &Error::NotFound("page".to_owned()))
}

/// What the customer is told goes to the log as well, unless it is his own doing.
fn told(words: &Words, error: &Error) -> Response {
    if !matches!(error, Error::NotFound(_) | Error::Refused(_)) {
        eprintln!("a customer was told that it did not work: {error}");
    }
    page::fault(words, error)
}

fn words(headers: &HeaderMap) -> &'static Words {
    Words::of(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()))
}

/// A mark for a buy.
fn mark() -> Result<String> {
    let mut mark = String::new();
    for byte in Shop::random()? {
        // Writing to a text cannot fail.
        _ = write!(mark, "{byte:02x}");
    }
    Ok(mark)
}
