//! The notification of what happened to a complaint, to the address that the merchant set for it.

use serde_json::json;

use super::super::super::call::Version;
use super::super::super::complaints::Act;
use super::super::super::notices::{self, NewNotice};
use super::super::super::time::Time;
use super::super::super::world::World;

/// Tells the merchant whose order it is, and the partner's sub-merchant: each if it has set an address.
pub(super) fn tell(world: &mut World, now: Time, id: &str, act: Act) {
    let Some(complaint) = world.complaints.by_id(id) else { return };
    let (event_type, summary) = match act {
        Act::Create => ("COMPLAINT.CREATE", "产生新投诉"),
        _ => ("COMPLAINT.STATE_CHANGE", "投诉状态变化"),
    };
    let resource = json!({"complaint_id": complaint.complaint_id, "action_type": act.action_type()});
    let mut told = vec![complaint.mchid.clone(), complaint.complainted.clone()];
    told.dedup();
    for mchid in told {
        let url = world.merchants.get(&mchid).and_then(|merchant| merchant.complaint_notify_url.clone());
        let Some(url) = url else { continue };
        let notice = NewNotice {
            event_type: event_type.to_owned(),
            original_type: "complaint".to_owned(),
            summary: summary.to_owned(),
            version: Version::V3,
            mchid,
            reference: id.to_owned(),
            url,
            resource: resource.clone(),
            sign_type: None,
        };
        notices::enqueue(world, now, notice);
    }
}
