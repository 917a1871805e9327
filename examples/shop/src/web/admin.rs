//! The shopkeeper's calls, JSON, each with `Authorization: Bearer` and the token of `SHOP_TOKEN`; without that setting there are none.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use subtle::ConstantTimeEq as _;
use wechatpay_chain::Value;

use super::fault::Fault;
use crate::error::{Error, Result};
use crate::model::bill::Reconciliation;
use crate::model::order::Order;
use crate::model::refund::Refund;
use crate::model::sharing::Sharing;
use crate::model::transfer::Transfer;
use crate::pay::refunds::Wish;
use crate::pay::transfers::Payout;
use crate::shop::Shop;
use crate::store::days;

type Answer<T = Value> = Result<Json<T>, Fault>;

/// The routes.
pub(super) fn router(shop: Shop) -> Router {
    Router::new()
        .route("/admin/orders/{number}", get(order))
        .route("/admin/orders/{number}/close", post(close))
        .route("/admin/orders/{number}/return", post(return_share))
        .route("/admin/refunds", post(refund))
        .route("/admin/refunds/{number}", get(look_up_refund))
        .route("/admin/transfers", post(transfer))
        .route("/admin/transfers/{number}", get(look_up_transfer))
        .route("/admin/transfers/{number}/cancel", post(cancel))
        .route("/admin/days/{day}", get(day).post(compare))
        .route_layer(from_fn_with_state(shop.clone(), shopkeeper))
        .with_state(shop)
}

/// Lets the shopkeeper in, and nobody else. How long that takes says nothing about the token.
async fn shopkeeper(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let Some(token) = &shop.settings.token else { return StatusCode::NOT_FOUND.into_response() };
    let given = request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    match given.strip_prefix(b"Bearer ") {
        Some(given) if bool::from(given.ct_eq(token.as_bytes())) => next.run(request).await,
        _ => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response(),
    }
}

async fn order(State(shop): State<Shop>, Path(number): Path<String>) -> Answer {
    let order = shop.look_up(&number).await?;
    Ok(Json(order_json(&order, shop.sharing_of(&number).await?.as_ref())))
}

async fn close(State(shop): State<Shop>, Path(number): Path<String>) -> Answer {
    Ok(Json(order_json(&shop.close(&number).await?, None)))
}

async fn return_share(State(shop): State<Shop>, Path(number): Path<String>) -> Answer {
    Ok(Json(sharing_json(&shop.return_share(&number, Timestamp::now()).await?)))
}

async fn refund(State(shop): State<Shop>, Json(wish): Json<Wish>) -> Answer {
    Ok(Json(refund_json(&shop.refund(wish, Timestamp::now()).await?)))
}

async fn look_up_refund(State(shop): State<Shop>, Path(number): Path<String>) -> Answer {
    Ok(Json(refund_json(&shop.look_up_refund(&number).await?)))
}

async fn transfer(State(shop): State<Shop>, Json(payout): Json<Payout>) -> Answer {
    let transfer = shop.transfer(payout, Timestamp::now()).await?;
    Ok(Json(transfer_json(&shop, &transfer)?))
}

async fn look_up_transfer(State(shop): State<Shop>, Path(number): Path<String>) -> Answer {
    Ok(Json(transfer_json(&shop, &shop.look_up_transfer(&number).await?)?))
}

async fn cancel(State(shop): State<Shop>, Path(number): Path<String>) -> Answer {
    Ok(Json(transfer_json(&shop, &shop.cancel_transfer(&number).await?)?))
}

/// What the comparison of a day with its bill found.
async fn day(State(shop): State<Shop>, Path(day): Path<String>) -> Answer<Reconciliation> {
    let date = date(&day)?;
    let found = shop.books(move |books| days::found(books, date)).await?;
    Ok(Json(found.ok_or_else(|| Error::NotFound(format!("comparison of {day}")))?))
}

/// Compares a day once more.
async fn compare(State(shop): State<Shop>, Path(day): Path<String>) -> Answer<Reconciliation> {
    Ok(Json(shop.reconcile(date(&day)?, Timestamp::now()).await?))
}

fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::refused("day: expected a date such as 2026-11-25"))
}

fn order_json(order: &Order, sharing: Option<&Sharing>) -> Value {
    json!({
        "number": order.number,
        "thing": order.thing,
        "state": order.state.as_str(),
        "price": order.price,
        "paid": order.paid,
        "taken": order.taken,
        "refunded": order.refunded,
        "transaction_id": order.transaction_id,
        "sharing": sharing.map(sharing_json),
    })
}

fn refund_json(refund: &Refund) -> Value {
    json!({"number": refund.number, "order": refund.order, "amount": refund.amount, "state": refund.state.as_str()})
}

fn sharing_json(sharing: &Sharing) -> Value {
    json!({
        "number": sharing.number,
        "maker": sharing.maker,
        "amount": sharing.amount,
        "state": sharing.state.as_str(),
        "reason": sharing.reason,
    })
}

fn transfer_json(shop: &Shop, transfer: &Transfer) -> Result<Value> {
    Ok(json!({
        "number": transfer.number,
        "amount": transfer.amount,
        "state": transfer.state.as_str(),
        "reason": transfer.reason,
        // For the payee's page, which asks him whether he wants it.
        "params": shop.transfer_params(transfer)?,
    }))
}
