//! What a combined order looks like: the answer to a query, and the resource of its notification.

use serde_json::{Value, json};

use super::super::super::openids;
use super::super::super::orders::Order;
use super::super::super::world::World;
use super::super::order_view::{payer_total, promotion};

/// The members that the API shows in the order's state.
pub(in super::super) fn view(world: &World, order: &Order) -> Value {
    let mut shown = json!({
        "combine_appid": order.appid,
        "combine_mchid": order.mchid,
        "combine_out_trade_no": order.out_trade_no,
        "sub_orders": world.orders.subs_of(order).map(|sub| part(world, sub)).collect::<Vec<_>>(),
    });
    if let Some(device) = &order.device {
        shown["scene_info"] = json!({"device_id": device});
    }
    if order.paid_at.is_some() {
        shown["combine_payer_info"] = json!({"openid": order.openid});
    }
    shown
}

/// One sub-order.
fn part(world: &World, sub: &Order) -> Value {
    let mut shown = json!({
        "mchid": sub.mchid,
        "out_trade_no": sub.out_trade_no,
        "trade_state": sub.state.as_str(),
        "amount": {"total_amount": sub.total, "payer_amount": 0, "currency": sub.currency},
    });
    let mut put = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            shown[name] = value.into();
        }
    };
    put("sub_mchid", sub.sub_mchid.as_deref());
    put("sub_appid", sub.sub_appid.as_deref());
    let Some(paid_at) = sub.paid_at else { return shown };
    put("transaction_id", sub.transaction_id.as_deref());
    put("attach", sub.attach.as_deref());
    put("sub_openid", sub_openid(world, sub).as_deref());
    shown["trade_type"] = sub.trade_type.as_str().into();
    shown["bank_type"] = sub.bank_type.as_deref().unwrap_or("OTHERS").into();
    shown["success_time"] = paid_at.to_string().into();
    shown["amount"]["payer_amount"] = payer_total(sub).into();
    shown["amount"]["payer_currency"] = sub.currency.as_str().into();
    if let Some(coupon) = &sub.coupon {
        shown["promotion_detail"] = json!([promotion(sub, coupon.amount, coupon.is_cash)]);
    }
    shown
}

/// How the sub-merchant's app knows who paid.
fn sub_openid(world: &World, sub: &Order) -> Option<String> {
    let payer = world.payers.get(sub.payer.as_deref()?)?;
    sub.sub_appid.as_ref().map(|appid| openids::openid(appid, payer))
}
