//! The notification of a transfer's end.

use super::super::super::call::Version;
use super::super::super::notices::{self, NewNotice};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::view::resource;

/// Tells whoever wants to know; nobody, if the request names no address.
pub(super) fn tell(world: &mut World, now: Time, id: &str) {
    let Some(transfer) = world.transfers.by_id(id) else { return };
    let Some(url) = transfer.notify_url.clone() else { return };
    let notice = NewNotice {
        event_type: "MCHTRANSFER.BILL.FINISHED".to_owned(),
        original_type: "mch_payment".to_owned(),
        summary: "商家转账单据终态通知".to_owned(),
        version: Version::V3,
        mchid: transfer.mchid.clone(),
        reference: transfer.id.clone(),
        url,
        resource: resource(transfer),
        sign_type: None,
    };
    notices::enqueue(world, now, notice);
}
