//! What sharings and returns look like: the answers, and the resources of their notifications.

use serde_json::{Map, Value, json};

use super::super::super::orders::Order;
use super::super::super::sharings::{Share, ShareReturn, Sharing};
use super::super::super::time::Time;
use super::super::super::world::World;

/// A sharing as it is answered.
pub(super) fn view(world: &World, sharing: &Sharing) -> Value {
    let mut shown = Map::new();
    let order = world.orders.by_id(&sharing.order);
    let mut put = |name: &str, value: Value| _ = shown.insert(name.to_owned(), value);
    if let Some(sub_mchid) = order.and_then(|order| order.sub_mchid.as_ref()) {
        put("sub_mchid", sub_mchid.as_str().into());
    }
    put("transaction_id", order.and_then(|order| order.transaction_id.as_deref()).unwrap_or_default().into());
    put("out_order_no", sharing.out_order_no.as_str().into());
    put("order_id", sharing.order_id.as_str().into());
    put("state", sharing.state.as_str().into());
    if !sharing.shares.is_empty() {
        put("receivers", sharing.shares.iter().map(|share| receiver(sharing, share)).collect());
    }
    Value::Object(shown)
}

fn receiver(sharing: &Sharing, share: &Share) -> Value {
    let mut shown = json!({
        "type": share.kind.as_str(),
        "account": share.account,
        "amount": share.amount,
        "description": share.description,
        "result": share.result.as_str(),
        "detail_id": share.detail_id,
        "create_time": sharing.created_at.to_string(),
        "finish_time": finished(share.done_at),
    });
    if let Some(reason) = &share.fail_reason {
        shown["fail_reason"] = reason.as_str().into();
    }
    shown
}

/// The member is always there; before there is a time it is the zero of clocks.
fn finished(done_at: Option<Time>) -> String {
    done_at.unwrap_or(Time::from_millis(0)).to_string()
}

/// A return as it is answered.
pub(super) fn returned(world: &World, returned: &ShareReturn) -> Value {
    let sharing = world.sharings.by_id(&returned.sharing);
    let order = sharing.and_then(|sharing| world.orders.by_id(&sharing.order));
    let mut shown = json!({
        "order_id": sharing.map(|sharing| sharing.order_id.as_str()),
        "out_order_no": sharing.map(|sharing| sharing.out_order_no.as_str()),
        "out_return_no": returned.out_return_no,
        "return_id": returned.return_id,
        "return_mchid": returned.return_mchid,
        "amount": returned.amount,
        "description": returned.description,
        "result": returned.result.as_str(),
        "create_time": returned.created_at.to_string(),
        "finish_time": finished(returned.done_at),
    });
    if let Some(sub_mchid) = order.and_then(|order| order.sub_mchid.as_ref()) {
        shown["sub_mchid"] = sub_mchid.as_str().into();
    }
    if let Some(reason) = &returned.fail_reason {
        shown["fail_reason"] = reason.as_str().into();
    }
    shown
}

/// What the notification of a change of a receiver's account tells.
pub(super) struct Told<'t> {
    pub(super) order: &'t Order,
    /// WeChat Pay's number of the sharing or the return, and the merchant's.
    pub(super) order_id: &'t str,
    pub(super) out_order_no: &'t str,
    /// Whose account got the money.
    pub(super) kind: &'static str,
    pub(super) account: &'t str,
    pub(super) amount: i64,
    pub(super) description: &'t str,
    pub(super) success_time: String,
}

pub(super) fn resource(told: &Told<'_>) -> Value {
    let mut resource = json!({
        "transaction_id": told.order.transaction_id,
        "order_id": told.order_id,
        "out_order_no": told.out_order_no,
        "receiver": {
            "type": told.kind, "account": told.account, "amount": told.amount, "description": told.description,
        },
        "success_time": told.success_time,
    });
    match &told.order.sub_mchid {
        None => resource["mchid"] = told.order.mchid.as_str().into(),
        Some(sub_mchid) => {
            resource["sp_mchid"] = told.order.mchid.as_str().into();
            resource["sub_mchid"] = sub_mchid.as_str().into();
        }
    }
    resource
}
