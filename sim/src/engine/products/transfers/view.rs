//! What a transfer looks like: the answers, and the resource of its notification.

use serde_json::{Map, Value, json};

use super::super::super::transfers::Transfer;

/// The answer to its creation.
pub(super) fn created(transfer: &Transfer) -> Value {
    let mut shown = numbers(transfer);
    let mut put = |name: &str, value: Value| _ = shown.insert(name.to_owned(), value);
    put("create_time", transfer.created_at.to_string().into());
    put("state", transfer.state.as_str().into());
    if let Some(package) = transfer.package() {
        put("package_info", package.into());
    }
    if let Some(reason) = &transfer.fail_reason {
        put("fail_reason", reason.as_str().into());
    }
    Value::Object(shown)
}

/// The answer to a query; the name is sealed on its way out.
pub(super) fn queried(transfer: &Transfer) -> Value {
    let mut shown = notice_of(transfer);
    let mut put = |name: &str, value: Value| _ = shown.insert(name.to_owned(), value);
    put("appid", transfer.appid.as_str().into());
    put("transfer_remark", transfer.remark.as_str().into());
    if let Some(name) = &transfer.user_name {
        put("user_name", name.as_str().into());
    }
    Value::Object(shown)
}

/// The answer to a cancellation.
pub(super) fn cancelled(transfer: &Transfer) -> Value {
    let mut shown = numbers(transfer);
    shown.insert("state".to_owned(), transfer.state.as_str().into());
    shown.insert("update_time".to_owned(), transfer.updated_at.to_string().into());
    Value::Object(shown)
}

/// What the notification tells.
pub(super) fn resource(transfer: &Transfer) -> Value {
    Value::Object(notice_of(transfer))
}

fn notice_of(transfer: &Transfer) -> Map<String, Value> {
    let mut shown = numbers(transfer);
    // The partner's family writes the merchant's number in one word.
    let mchid = if transfer.sub_mchid.is_some() { "mchid" } else { "mch_id" };
    let members = [
        (mchid, json!(transfer.mchid)),
        ("state", json!(transfer.state.as_str())),
        ("transfer_amount", json!(transfer.amount)),
        ("openid", json!(transfer.openid)),
        ("create_time", json!(transfer.created_at.to_string())),
        ("update_time", json!(transfer.updated_at.to_string())),
    ];
    shown.extend(members.map(|(name, value)| (name.to_owned(), value)));
    if let Some(reason) = &transfer.fail_reason {
        shown.insert("fail_reason".to_owned(), reason.as_str().into());
    }
    shown
}

/// Its numbers, and the sub-merchant's.
fn numbers(transfer: &Transfer) -> Map<String, Value> {
    let mut shown = Map::new();
    if let Some(sub_mchid) = &transfer.sub_mchid {
        shown.insert("sub_mchid".to_owned(), sub_mchid.as_str().into());
    }
    shown.insert("out_bill_no".to_owned(), transfer.out_bill_no.as_str().into());
    shown.insert("transfer_bill_no".to_owned(), transfer.transfer_bill_no.as_str().into());
    shown
}
