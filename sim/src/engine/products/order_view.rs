//! What an order looks like in APIv3: the answer to a query, and the resource of its notification.

use serde_json::{Map, Value, json};

use super::super::orders::{Order, State, TradeType};

/// The members that the API shows in the order's state.
pub(crate) fn view(order: &Order) -> Value {
    let mut members = parties(order);
    let mut put = |name: &str, value: Value| _ = members.insert(name.to_owned(), value);
    put("out_trade_no", order.out_trade_no.as_str().into());
    put("trade_state", order.state.as_str().into());
    put("trade_state_desc", description(order.state).into());
    if order.trade_type == TradeType::Micropay || order.paid_at.is_some() {
        put("trade_type", order.trade_type.as_str().into());
    }
    match order.paid_at {
        None => put("amount", json!({"total": order.total, "currency": order.currency})),
        Some(paid_at) => {
            put("success_time", paid_at.to_string().into());
            members.append(&mut paid(order));
        }
    }
    Value::Object(members)
}

/// Whose it is, by the names of the family.
fn parties(order: &Order) -> Map<String, Value> {
    let sub = order.sub_mchid.as_ref();
    let (appid, mchid) = if sub.is_some() { ("sp_appid", "sp_mchid") } else { ("appid", "mchid") };
    let all = [
        (appid, Some(&order.appid)),
        (mchid, Some(&order.mchid)),
        ("sub_mchid", sub),
        ("sub_appid", order.sub_appid.as_ref().filter(|_| sub.is_some())),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.as_str().into()))).collect()
}

/// What is known of a payment.
fn paid(order: &Order) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| _ = members.insert(name.to_owned(), value);
    if let Some(id) = &order.transaction_id {
        put("transaction_id", id.as_str().into());
    }
    put("bank_type", order.bank_type.as_deref().unwrap_or("OTHERS").into());
    if let Some(attach) = &order.attach {
        put("attach", attach.as_str().into());
    }
    put("payer", payer(order));
    put("amount", amount(order));
    if let Some(device) = &order.device {
        put("scene_info", json!({"device_id": device}));
    }
    if let Some(coupon) = &order.coupon {
        put("promotion_detail", json!([promotion(order, coupon.amount, coupon.is_cash)]));
    }
    members
}

/// What a payer paid of the total, in fen.
pub(crate) fn payer_total(order: &Order) -> i64 {
    order.total - order.coupon.as_ref().map_or(0, |coupon| coupon.amount)
}

fn amount(order: &Order) -> Value {
    json!({
        "total": order.total,
        "payer_total": payer_total(order),
        "currency": order.currency,
        "payer_currency": order.currency,
    })
}

fn payer(order: &Order) -> Value {
    let openid = order.openid.as_deref().unwrap_or_default();
    match order.sub_mchid {
        None => json!({"openid": openid}),
        Some(_) => {
            let mut payer = json!({"sp_openid": openid});
            if let Some(sub) = &order.sub_openid {
                payer["sub_openid"] = sub.as_str().into();
            }
            payer
        }
    }
}

pub(super) fn promotion(order: &Order, amount: i64, is_cash: bool) -> Value {
    json!({
        "coupon_id": format!("{}01", order.transaction_id.as_deref().unwrap_or_default()),
        "name": "代金券",
        "scope": "GLOBAL",
        "type": if is_cash { "CASH" } else { "NOCASH" },
        "amount": amount,
        "wechatpay_contribute": if is_cash { amount } else { 0 },
        "merchant_contribute": if is_cash { 0 } else { amount },
        "other_contribute": 0,
        "currency": order.currency,
    })
}

/// The state in words, as the API has them.
pub(super) fn description(state: State) -> &'static str {
    match state {
        State::Notpay => "订单未支付",
        State::Success => "支付成功",
        State::Closed => "订单已关闭",
        State::Refund => "订单发生过退款，退款详情请查询退款单",
        State::Userpaying => "用户支付中，请稍后再试",
        State::Payerror => "支付失败",
        State::Revoked => "订单已撤销",
    }
}
