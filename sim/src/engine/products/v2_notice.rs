//! A paid order as APIv2's XML has it: in its notification, and in the answer to a query.

use serde_json::{Map, Value};

use super::super::orders::Order;
use super::order_view::payer_total;

/// The members besides `nonce_str` and `sign`.
pub(super) fn payment(order: &Order) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, text: String| _ = members.insert(name.to_owned(), text.into());
    put("return_code", "SUCCESS".to_owned());
    put("result_code", "SUCCESS".to_owned());
    put("appid", order.appid.to_string());
    put("mch_id", order.mchid.to_string());
    if let Some(sub_mchid) = &order.sub_mchid {
        put("sub_mch_id", sub_mchid.to_string());
    }
    if let Some(device) = &order.device {
        put("device_info", device.to_string());
    }
    put("openid", order.openid.as_deref().unwrap_or_default().to_owned());
    put("is_subscribe", "N".to_owned());
    if let Some(sub_openid) = &order.sub_openid {
        put("sub_openid", sub_openid.to_string());
        put("sub_is_subscribe", "N".to_owned());
    }
    put("trade_type", order.trade_type.as_str().to_owned());
    put("bank_type", order.bank_type.as_deref().unwrap_or("OTHERS").to_owned());
    put("total_fee", order.total.to_string());
    put("fee_type", order.currency.to_string());
    put("cash_fee", payer_total(order).to_string());
    put("cash_fee_type", order.currency.to_string());
    if let Some(coupon) = &order.coupon {
        put("settlement_total_fee", (if coupon.is_cash { order.total } else { payer_total(order) }).to_string());
        put("coupon_fee", coupon.amount.to_string());
        put("coupon_count", "1".to_owned());
    }
    put("transaction_id", order.transaction_id.as_deref().unwrap_or_default().to_owned());
    put("out_trade_no", order.out_trade_no.to_string());
    if let Some(attach) = &order.attach {
        put("attach", attach.to_string());
    }
    if let Some(paid_at) = order.paid_at {
        put("time_end", paid_at.compact());
    }
    Value::Object(members)
}
