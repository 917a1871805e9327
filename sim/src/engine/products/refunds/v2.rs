//! Refunds as APIv2 asks for them: the same store, other words.

use serde_json::{Map, Value, json};

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::{Call, Version};
use super::super::super::ledger::Account;
use super::super::super::money;
use super::super::super::orders::Order;
use super::super::super::refunds::{Refund, RefundSource, RefundStatus};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::table::Route;
use super::accept::{Request, accept};
use super::refused::Refused;
use super::v3::{order, sub_merchant};
use super::view::coupon_id;

pub(crate) const ROUTES: &[Route] = &[("POST", "v2/secapi/pay/refund", request), ("POST", "v2/pay/refundquery", query)];

/// So many refunds are in one answer at most.
const PAGE: usize = 10;

type Members = Map<String, Value>;

fn request(world: &mut World, now: Time, call: &Call) -> Outcome {
    let sub_mchid = sub_merchant(world, call, call.text("/sub_mch_id"))?;
    let (transaction_id, out_trade_no) = (call.text("/transaction_id"), call.text("/out_trade_no"));
    if transaction_id.is_empty() && out_trade_no.is_empty() {
        return Err(parameter("transaction_id和out_trade_no不能同时为空"));
    }
    let request = Request {
        version: Version::V2,
        source: RefundSource::Api,
        mchid: call.mchid.clone(),
        order: order(world, call, transaction_id, out_trade_no),
        sub_mchid,
        out_refund_no: call.text("/out_refund_no").to_owned(),
        total: fen(call, "/total_fee")?,
        refund: fen(call, "/refund_fee")?,
        notify_url: Some(call.text("/notify_url")).filter(|url| !url.is_empty()).map(str::to_owned),
        sent: call.body.clone(),
    };
    let accepted = accept(world, now, request).map_err(|refused| refused.refusal(&world.rules, Version::V2))?;
    let unknown = || Refused::Unknown.refusal(&world.rules, Version::V2);
    let refund = world.refunds.by_id(&accepted.id).ok_or_else(unknown)?;
    let order = world.orders.by_id(&refund.order).ok_or_else(unknown)?;
    let answer =
        Answer::json(200, Value::Object(answered(world, order, refund))).about(order.id.as_str()).about(&refund.id);
    Ok(match accepted.warning {
        Some(warning) => answer.warn(&warning.id, warning.text),
        None => answer,
    })
}

fn parameter(message: &str) -> Refusal {
    Refusal::new(400, "PARAM_ERROR", message)
}

fn fen(call: &Call, member: &str) -> Result<i64, Refusal> {
    let amount = call.text(member).parse().ok().filter(|amount| *amount > 0);
    amount.ok_or_else(|| parameter(&format!("{}格式错误", member.trim_start_matches('/'))))
}

/// Members that the order gives to each answer.
fn of_order(world: &World, order: &Order) -> Members {
    let sums = money::sums(world, order);
    let mut members = Members::new();
    let mut put = |name: &str, value: String| _ = members.insert(name.to_owned(), value.into());
    if let Some(sub_mchid) = &order.sub_mchid {
        put("sub_mch_id", sub_mchid.to_string());
    }
    put("transaction_id", order.transaction_id.clone().unwrap_or_default().into());
    put("out_trade_no", order.out_trade_no.to_string());
    put("total_fee", sums.total.to_string());
    put("fee_type", order.currency.to_string());
    put("cash_fee", sums.payer_total.to_string());
    if sums.settlement != sums.total {
        put("settlement_total_fee", sums.settlement.to_string());
    }
    members
}

/// The answer to a request.
fn answered(world: &World, order: &Order, refund: &Refund) -> Members {
    let mut members = of_order(world, order);
    let mut put = |name: &str, value: String| _ = members.insert(name.to_owned(), value.into());
    put("out_refund_no", refund.out_refund_no.clone());
    put("refund_id", refund.refund_id.clone());
    put("refund_fee", refund.refund.to_string());
    put("cash_refund_fee", refund.payer_refund.to_string());
    if refund.settlement != refund.refund {
        put("settlement_refund_fee", refund.settlement.to_string());
    }
    if let Some(coupon) = &order.coupon {
        let of_coupon = (refund.refund - refund.payer_refund).to_string();
        put("coupon_refund_fee", of_coupon.clone());
        put("coupon_refund_count", "1".to_owned());
        put("coupon_type_0", coupon_type(coupon.is_cash).to_owned());
        put("coupon_refund_id_0", coupon_id(order));
        put("coupon_refund_fee_0", of_coupon);
    }
    members
}

fn coupon_type(is_cash: bool) -> &'static str {
    if is_cash { "CASH" } else { "NO_CASH" }
}

fn query(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let sub_mchid = sub_merchant(world, call, call.text("/sub_mch_id"))?;
    let unknown = || Refused::Unknown.refusal(&world.rules, Version::V2);
    let found: Vec<&Refund> = meant(world, call)?;
    let order = found.first().and_then(|refund| world.orders.by_id(&refund.order)).ok_or_else(unknown)?;
    if order.mchid != call.mchid || order.sub_mchid.as_deref() != sub_mchid.as_deref() {
        return Err(unknown());
    }
    let offset = match call.text("/offset") {
        "" => 0,
        text => text.parse().map_err(|_| parameter("offset格式错误"))?,
    };
    let shown: Vec<&Refund> = found.iter().skip(offset).take(PAGE).copied().collect();
    if shown.is_empty() {
        return Err(unknown());
    }
    let mut members = of_order(world, order);
    members.insert("total_refund_count".to_owned(), found.len().to_string().into());
    members.insert("refund_count".to_owned(), shown.len().to_string().into());
    for (n, refund) in shown.into_iter().enumerate() {
        numbered(&mut members, order, refund, n);
    }
    Ok(Answer::json(200, Value::Object(members)).about(order.id.as_str()))
}

/// The refunds that the request means, the oldest first: by the first of the four numbers that it has.
fn meant<'w>(world: &'w World, call: &Call) -> Result<Vec<&'w Refund>, Refusal> {
    let (refund_id, out_refund_no) = (call.text("/refund_id"), call.text("/out_refund_no"));
    let (transaction_id, out_trade_no) = (call.text("/transaction_id"), call.text("/out_trade_no"));
    if !refund_id.is_empty() {
        return Ok(world.refunds.by_refund_id(refund_id).into_iter().collect());
    }
    if !out_refund_no.is_empty() {
        return Ok(world.refunds.by_number(&call.mchid, out_refund_no).into_iter().collect());
    }
    if transaction_id.is_empty() && out_trade_no.is_empty() {
        return Err(parameter("refund_id、out_refund_no、transaction_id、out_trade_no不能同时为空"));
    }
    let order = order(world, call, transaction_id, out_trade_no);
    Ok(order.map_or_else(Vec::new, |order| world.refunds.of_order(&order).collect()))
}

/// The members of one refund among several, `…_$n`.
fn numbered(members: &mut Members, order: &Order, refund: &Refund, n: usize) {
    let mut put = |name: &str, value: String| _ = members.insert(format!("{name}_{n}"), value.into());
    put("out_refund_no", refund.out_refund_no.clone());
    put("refund_id", refund.refund_id.clone());
    put("refund_channel", refund.channel.clone());
    put("refund_fee", refund.refund.to_string());
    put("refund_status", status(refund.status).to_owned());
    put("refund_account", account(refund).to_owned());
    // The gateway spells it so.
    put("refund_recv_accout", refund.user_received_account.clone());
    if refund.settlement != refund.refund {
        put("settlement_refund_fee", refund.settlement.to_string());
    }
    if let (RefundStatus::Success, Some(at)) = (refund.status, refund.done_at) {
        put("refund_success_time", at.plain());
    }
    if let Some(coupon) = &order.coupon {
        let of_coupon = (refund.refund - refund.payer_refund).to_string();
        put("coupon_refund_fee", of_coupon.clone());
        put("coupon_refund_count", "1".to_owned());
        let mut put = |name: &str, value: String| _ = members.insert(format!("{name}_{n}_0"), value.into());
        put("coupon_type", coupon_type(coupon.is_cash).to_owned());
        put("coupon_refund_id", coupon_id(order));
        put("coupon_refund_fee", of_coupon);
    }
}

fn status(status: RefundStatus) -> &'static str {
    match status {
        RefundStatus::Processing => "PROCESSING",
        RefundStatus::Success => "SUCCESS",
        RefundStatus::Closed => "REFUNDCLOSE",
        RefundStatus::Abnormal => "CHANGE",
    }
}

fn account(refund: &Refund) -> &'static str {
    match refund.from {
        Account::BasicFrozen(_) => "REFUND_SOURCE_UNSETTLED_FUNDS",
        _ => "REFUND_SOURCE_RECHARGE_FUNDS",
    }
}

/// What the notification of APIv2 has besides `nonce_str`; `req_info` is still to be sealed.
pub(super) fn notice(world: &World, order: &Order, refund: &Refund) -> Value {
    let sums = money::sums(world, order);
    let mut info = json!({
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "total_fee": sums.total.to_string(),
        "settlement_total_fee": sums.settlement.to_string(),
        "refund_fee": refund.refund.to_string(),
        "settlement_refund_fee": refund.settlement.to_string(),
        "cash_refund_fee": refund.payer_refund.to_string(),
        "refund_status": status(refund.status),
        "refund_recv_accout": refund.user_received_account,
        "refund_account": account(refund),
        "refund_request_source": refund.source.as_str(),
    });
    if let (RefundStatus::Success, Some(at)) = (refund.status, refund.done_at) {
        info["success_time"] = at.plain().into();
    }
    let mut members = json!({"return_code": "SUCCESS", "appid": order.appid, "mch_id": order.mchid, "req_info": info});
    if let Some(sub_mchid) = &order.sub_mchid {
        members["sub_mch_id"] = sub_mchid.as_str().into();
    }
    if let Some(sub_appid) = &order.sub_appid {
        members["sub_appid"] = sub_appid.as_str().into();
    }
    members
}
