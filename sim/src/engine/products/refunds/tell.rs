//! The notification of a refund's end: APIv3's to the address of the request; APIv2's to that of a request of APIv2, or to the merchant's.

use super::super::super::call::Version;
use super::super::super::notices::{self, NewNotice};
use super::super::super::refunds::{Refund, RefundStatus};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::v2::notice;
use super::view::resource;

/// Tells whoever wants to know; nobody, if there is no address.
pub(super) fn tell(world: &mut World, now: Time, id: &str) {
    let Some(new) = new_notice(world, id) else { return };
    notices::enqueue(world, now, new);
}

fn new_notice(world: &World, id: &str) -> Option<NewNotice> {
    let refund = world.refunds.by_id(id)?;
    let order = world.orders.by_id(&refund.order)?;
    let (version, url) = address(world, refund)?;
    Some(NewNotice {
        event_type: format!("REFUND.{}", refund.status.as_str()),
        original_type: "refund".to_owned(),
        summary: summary(refund.status).to_owned(),
        version,
        mchid: refund.mchid.clone(),
        reference: refund.id.clone(),
        url,
        resource: match version {
            Version::V3 => resource(world, order, refund),
            Version::V2 => notice(world, order, refund),
        },
        sign_type: None,
    })
}

fn address(world: &World, refund: &Refund) -> Option<(Version, String)> {
    if let Some(url) = &refund.notify_url {
        return Some((refund.version, url.clone()));
    }
    let merchant = world.merchants.get(&refund.mchid)?;
    Some((Version::V2, merchant.refund_notify_url.clone()?))
}

fn summary(status: RefundStatus) -> &'static str {
    match status {
        RefundStatus::Closed => "退款关闭",
        RefundStatus::Abnormal => "退款异常",
        RefundStatus::Processing | RefundStatus::Success => "退款成功",
    }
}
