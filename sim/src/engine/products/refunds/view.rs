//! What a refund looks like: the answer of APIv3, and the resource of its notification.

use serde_json::{Value, json};

use super::super::super::ledger::Account;
use super::super::super::money;
use super::super::super::orders::Order;
use super::super::super::refunds::{Refund, RefundStatus};
use super::super::super::world::World;

/// A refund as APIv3 answers it; `None` if its order is gone.
pub(crate) fn view(world: &World, refund: &Refund) -> Option<Value> {
    let order = world.orders.by_id(&refund.order)?;
    let mut shown = json!({
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "channel": refund.channel,
        "user_received_account": refund.user_received_account,
        "create_time": refund.created_at.to_string(),
        "status": refund.status.as_str(),
        "funds_account": if matches!(refund.from, Account::BasicFrozen(_)) { "UNAVAILABLE" } else { "AVAILABLE" },
        "amount": amount(world, order, refund),
        "promotion_detail": promotion(order, refund),
    });
    if let Some(at) = success_time(refund) {
        shown["success_time"] = at.into();
    }
    Some(shown)
}

fn success_time(refund: &Refund) -> Option<String> {
    refund.done_at.filter(|_| refund.status == RefundStatus::Success).map(|at| at.to_string())
}

fn amount(world: &World, order: &Order, refund: &Refund) -> Value {
    let sums = money::sums(world, order);
    let mut amount = json!({
        "total": sums.total,
        "refund": refund.refund,
        "payer_total": sums.payer_total,
        "payer_refund": refund.payer_refund,
        "settlement_total": sums.settlement,
        "settlement_refund": refund.settlement,
        "discount_refund": refund.refund - refund.payer_refund,
        "currency": order.currency,
        "refund_fee": refund.fee_back,
    });
    if let Some(from) = refund.request.pointer("/amount/from") {
        amount["from"] = from.clone();
    }
    amount
}

/// The coupon's part of it, as a list.
fn promotion(order: &Order, refund: &Refund) -> Value {
    let Some(coupon) = &order.coupon else { return json!([]) };
    json!([{
        "promotion_id": coupon_id(order),
        "scope": "GLOBAL",
        "type": if coupon.is_cash { "COUPON" } else { "DISCOUNT" },
        "amount": coupon.amount,
        "refund_amount": refund.refund - refund.payer_refund,
    }])
}

/// The number of an order's coupon, as the order's query has it.
pub(super) fn coupon_id(order: &Order) -> String {
    format!("{}01", order.transaction_id.as_deref().unwrap_or_default())
}

/// What the notification of APIv3 tells.
pub(super) fn resource(world: &World, order: &Order, refund: &Refund) -> Value {
    let sums = money::sums(world, order);
    let mut resource = json!({
        "out_trade_no": order.out_trade_no,
        "transaction_id": order.transaction_id,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id,
        "refund_status": refund.status.as_str(),
        "user_received_account": refund.user_received_account,
        "amount": {
            "total": sums.total,
            "refund": refund.refund,
            "payer_total": sums.payer_total,
            "payer_refund": refund.payer_refund,
        },
    });
    match &order.sub_mchid {
        None => resource["mchid"] = order.mchid.as_str().into(),
        Some(sub_mchid) => {
            resource["sp_mchid"] = order.mchid.as_str().into();
            resource["sub_mchid"] = sub_mchid.as_str().into();
        }
    }
    if let Some(at) = success_time(refund) {
        resource["success_time"] = at.into();
    }
    resource
}
