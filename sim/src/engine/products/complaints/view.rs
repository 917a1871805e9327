//! What a complaint looks like.

use serde_json::{Value, json};

use super::super::super::complaints::{Act, Complaint, Entry};
use super::super::super::refunds::RefundStatus;
use super::super::super::world::World;

/// A complaint as the API has it: one that is asked for by its number says who complains, too.
pub(super) fn complaint(world: &World, complaint: &Complaint, base: &str, is_whole: bool) -> Value {
    let order = world.orders.by_id(&complaint.order);
    let mut shown = json!({
        "complaint_id": complaint.complaint_id,
        "complaint_time": complaint.created_at.to_string(),
        "complaint_detail": complaint.text,
        "complaint_state": complaint.state.as_str(),
        "complainted_mchid": complaint.complainted,
        "payer_phone": complaint.phone.0,
        "complaint_full_refunded": is_refunded(world, &complaint.order),
        "incoming_user_response": complaint.has_reply,
        "problem_description": "商品或服务与描述不符",
        "problem_type": "OTHERS",
        "user_complaint_times": complaint.times,
    });
    if let Some(order) = order {
        let of_order = json!({
            "transaction_id": order.transaction_id, "out_trade_no": order.out_trade_no, "amount": order.total,
        });
        shown["complaint_order_info"] = json!([of_order]);
        if is_whole {
            shown["payer_openid"] = order.openid.as_deref().unwrap_or_default().into();
        }
    }
    if !complaint.images.is_empty() {
        let urls = urls(&complaint.images, base);
        shown["complaint_media_list"] = json!([{"media_type": "USER_COMPLAINT_IMAGE", "media_url": urls}]);
    }
    shown
}

/// A line of the history.
pub(super) fn entry(entry: &Entry, base: &str) -> Value {
    let mut shown = json!({
        "log_id": entry.log_id,
        "operator": entry.act.operator(),
        "operate_time": entry.at.to_string(),
        "operate_type": entry.act.operate_type(),
        "operate_details": entry.text,
    });
    if !entry.images.is_empty() {
        let urls = urls(&entry.images, base);
        let kind = if entry.act == Act::Create { "USER_COMPLAINT_IMAGE" } else { "OPERATION_IMAGE" };
        shown["image_list"] = urls.clone().into();
        shown["complaint_media_list"] = json!({"media_type": kind, "media_url": urls});
    }
    shown
}

/// Whether all of the order went back to the payer.
pub(crate) fn is_refunded(world: &World, order: &str) -> bool {
    let arrived = world.refunds.of_order(order).filter(|refund| refund.status == RefundStatus::Success);
    let back: i64 = arrived.map(|refund| refund.refund).sum();
    world.orders.by_id(order).is_some_and(|order| order.total == back)
}

/// Where images are fetched: the id is one segment of the path, whatever characters it has.
pub(crate) fn urls(ids: &[String], base: &str) -> Vec<String> {
    let segment = |id: &String| form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>();
    ids.iter().map(|id| format!("{base}/v3/merchant-service/images/{}", segment(id))).collect()
}
