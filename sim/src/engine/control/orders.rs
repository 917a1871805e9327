//! `orders`: what became of them, and what a payer or WeChat Pay does to one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::call::Version;
use super::super::ledger::Account;
use super::super::orders::{Attempt, Coupon, Credential, CredentialKind, Order, State};
use super::super::products::order_pay::{self, Obstacle, PayOutcome, Payment};
use super::super::products::order_query::shut;
use super::super::products::order_view::payer_total;
use super::super::products::sharing::check::shared;
use super::super::refunds::RefundStatus;
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::reference::{order as found, payable};
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "orders", list),
    ("GET", "orders/{ref}", get),
    ("POST", "orders/{ref}/pay", pay),
    ("POST", "orders/{ref}/scan", scan),
    ("POST", "orders/{ref}/close", close),
    ("POST", "orders/{ref}/expire", expire),
];

fn list(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let since = match request.parameter("since") {
        None => None,
        Some(text) => Some(Time::parse(text).ok_or_else(|| ControlError::bad("since: expected an RFC 3339 time"))?),
    };
    let is = |name: &str, value: &str| request.parameter(name).is_none_or(|wanted| wanted == value);
    let of_merchant = |order: &Order| is("mchid", &order.mchid) || is("mchid", order.owner());
    // Sub-orders stand in their combined order, which is found by theirs too.
    let or_part = |order: &Order, fits: &dyn Fn(&Order) -> bool| fits(order) || world.orders.subs_of(order).any(fits);
    let wanted = |order: &&Order| {
        !order.is_sub()
            && or_part(order, &of_merchant)
            && is("state", order.state.as_str())
            && is("trade_type", order.trade_type.as_str())
            && or_part(order, &|order| is("out_trade_no", &order.out_trade_no))
            && since.is_none_or(|since| order.created_at >= since)
    };
    let base = request.base.as_str();
    page(request, world.orders.iter().rev().filter(wanted), |order| &order.id, |order| shown(world, base, order))
}

fn get(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let order = found(world, request, variables)?;
    Ok(shown(world, &request.base, order))
}

/// An order as the control interface has it, a combined one with its sub-orders.
pub(crate) fn shown(world: &World, base: &str, order: &Order) -> Value {
    let mut whole = alone(world, base, order);
    if order.is_combined() {
        let subs: Vec<Value> = world.orders.subs_of(order).map(|sub| alone(world, base, sub)).collect();
        combined(&mut whole, subs);
    }
    whole
}

/// Adds the sub-orders to a combined order, and what they come to.
fn combined(whole: &mut Value, subs: Vec<Value>) {
    let amounts = ["/refunded", "/profit_sharing/frozen", "/profit_sharing/shared", "/profit_sharing/unsplit"];
    for pointer in amounts {
        let sum: i64 = subs.iter().filter_map(|sub| sub.pointer(pointer)?.as_i64()).sum();
        if let Some(member) = whole.pointer_mut(pointer) {
            *member = sum.into();
        }
    }
    for pointer in ["/refs/refunds", "/refs/sharings"] {
        let all = subs.iter().filter_map(|sub| sub.pointer(pointer)?.as_array()).flatten().cloned().collect();
        if let Some(member) = whole.pointer_mut(pointer) {
            *member = Value::Array(all);
        }
    }
    whole["kind"] = "combined".into();
    whole["sub_orders"] = subs.into();
}

fn alone(world: &World, base: &str, order: &Order) -> Value {
    let refunds: Vec<_> = world.refunds.of_order(&order.id).collect();
    let standing = refunds.iter().filter(|refund| refund.status != RefundStatus::Closed);
    let notices: Vec<_> = world.notices.about(&order.id).map(|notice| notice.id.as_str()).collect();
    let sharings: Vec<_> = world.sharings.of(&order.id).map(|sharing| sharing.id.as_str()).collect();
    let ids: Vec<_> = refunds.iter().map(|refund| refund.id.as_str()).collect();
    let time = |time: Option<Time>| time.map(|time| time.to_string());
    json!({
        "id": order.id,
        "kind": "order",
        "version": if order.version == Version::V2 { "v2" } else { "v3" },
        "mchid": order.mchid,
        "sub_mchid": order.sub_mchid,
        "appid": order.appid,
        "trade_type": order.trade_type.as_str(),
        "out_trade_no": order.out_trade_no,
        "transaction_id": order.transaction_id,
        "state": order.state.as_str(),
        "total": order.total,
        "payer_total": order.paid_at.map(|_| payer_total(order)),
        "currency": order.currency,
        "description": order.description,
        "attach": order.attach,
        "notify_url": order.notify_url,
        "created_at": order.created_at.to_string(),
        "expires_at": order.expires_at.to_string(),
        "paid_at": time(order.paid_at),
        "closed_at": time(order.closed_at),
        "closed_by": order.closed_by,
        "payer": order.payer.as_ref().map(|name| json!({"name": name, "openid": order.openid})),
        "credential": order.credentials.last().map(|credential| of_credential(base, credential)),
        "profit_sharing": sharing(world, order),
        "refunded": standing.map(|refund| refund.refund).sum::<i64>(),
        "attempts": order.attempts.iter().map(of_attempt).collect::<Vec<_>>(),
        "refs": {"refunds": ids, "sharings": sharings, "notices": notices, "calls": []},
    })
}

fn of_attempt(attempt: &Attempt) -> Value {
    json!({"at": attempt.at.to_string(), "payer": attempt.payer, "outcome": attempt.outcome})
}

fn of_credential(base: &str, credential: &Credential) -> Value {
    let kind = match credential.kind {
        CredentialKind::PrepayId => "prepay_id",
        CredentialKind::CodeUrl => "code_url",
        CredentialKind::H5Url => "h5_url",
        CredentialKind::AuthCode => "auth_code",
    };
    json!({
        "kind": kind,
        "value": credential.value,
        "expires_at": credential.expires_at.to_string(),
        "pay_url": format!("{base}/_/pay/{}", credential.page_id()),
    })
}

fn sharing(world: &World, order: &Order) -> Value {
    let frozen = world.ledger.frozen_of(&order.id);
    let ended = order.sharing_ended.is_some();
    json!({"frozen": frozen, "shared": shared(world, order), "unsplit": frozen, "ended": ended})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paying {
    payer: Option<String>,
    outcome: Option<PayOutcome>,
    bank_type: Option<String>,
    coupon: Option<CouponBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CouponBody {
    amount: i64,
    #[serde(rename = "type")]
    kind: CouponType,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum CouponType {
    Cash,
    Nocash,
}

fn pay(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Paying = request.body()?;
    let order = payable(world, request, variables)?;
    let payer = wanted.payer.or_else(|| order.payer.clone().map(Into::into)).unwrap_or_else(|| "alice".to_owned());
    let coupon = coupon(order, wanted.coupon)?;
    let by = credential(variables);
    if let Some(obstacle) = order_pay::obstacle(world, now, order, &payer, by) {
        return Err(refused(obstacle));
    }
    let id = order.id.clone();
    let outcome = wanted.outcome.unwrap_or(PayOutcome::Success);
    let payment = Payment { payer, outcome, by: by.to_owned(), bank_type: wanted.bank_type, coupon };
    order_pay::pay(world, now, &id, &payment);
    again(world, request, &id)
}

/// The credential that is meant, if the reference is one.
fn credential<'v>(variables: &[&'v str]) -> &'v str {
    variables.first().copied().unwrap_or_default()
}

fn coupon(order: &Order, body: Option<CouponBody>) -> Result<Option<Coupon>, ControlError> {
    let Some(body) = body else { return Ok(None) };
    match (1..=order.total).contains(&body.amount) {
        true => Ok(Some(Coupon { amount: body.amount, is_cash: body.kind == CouponType::Cash })),
        false => Err(ControlError::bad(format!("coupon.amount: expected 1 to {} fen", order.total))),
    }
}

/// What the payer's client would say, as an error of the control interface.
fn refused(obstacle: Obstacle) -> ControlError {
    let text = obstacle.client_text();
    match obstacle {
        Obstacle::State(state) => ControlError::state(state.as_str(), allowed(state), text),
        Obstacle::Expired => ControlError::expired(text),
        Obstacle::OtherPayer | Obstacle::Bound => ControlError::payer_mismatch(text),
        Obstacle::NoPayer => ControlError::not_found(text),
    }
}

/// What can be done to an order in a state.
fn allowed(state: State) -> &'static [&'static str] {
    match state {
        State::Notpay => &["pay", "scan", "close", "expire"],
        State::Userpaying => &["pay"],
        State::Success | State::Refund => &["refund"],
        State::Closed | State::Payerror | State::Revoked => &[],
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scanning {
    payer: String,
}

fn scan(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Scanning = request.body()?;
    let order = payable(world, request, variables)?;
    let by = credential(variables);
    if let Some(obstacle) = order_pay::obstacle(world, now, order, &wanted.payer, by) {
        return Err(refused(obstacle));
    }
    let id = order.id.clone();
    world.orders.update(&id, |order| order.bind(by, &wanted.payer));
    again(world, request, &id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Closing {
    by: Option<String>,
}

fn close(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Closing = request.body()?;
    let by = wanted.by.unwrap_or_else(|| "wechat".to_owned());
    if by != "wechat" {
        return Err(ControlError::bad("by: expected wechat"));
    }
    let order = payable(world, request, variables)?;
    if order.state != State::Notpay {
        let text = "only an order that nobody paid can be closed";
        return Err(ControlError::state(order.state.as_str(), allowed(order.state), text));
    }
    let id = order.id.clone();
    shut(world, now, &id, &by);
    again(world, request, &id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The order's time is over now; the clock stays.
fn expire(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let Nothing {} = request.body()?;
    let order = payable(world, request, variables)?;
    if order.state != State::Notpay {
        let text = "only an order that nobody paid can expire";
        return Err(ControlError::state(order.state.as_str(), allowed(order.state), text));
    }
    let id = order.id.clone();
    world.orders.update(&id, |order| order.expires_at = now);
    again(world, request, &id)
}

fn again(world: &World, request: &ControlRequest, id: &str) -> Result<Value, ControlError> {
    let order = world.orders.by_id(id).ok_or_else(|| ControlError::not_found(format!("there is no order {id}")))?;
    Ok(shown(world, &request.base, order))
}

/// What an account of a payer holds; shared with `payers`.
pub(crate) fn wallet(world: &World, name: &str) -> i64 {
    world.ledger.balance(&Account::Wallet(name.to_owned()))
}
