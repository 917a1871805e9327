//! Notifications of sharing: to the merchant whose account changed, at the address that it set, sealed with its own key. Nobody else is told.

use super::super::super::call::Version;
use super::super::super::notices::{self, NewNotice};
use super::super::super::sharings::ReceiverKind;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::return_result;
use super::view::{Told, resource};

/// A share arrived.
pub(super) fn tell_share(world: &mut World, now: Time, sharing: &str, index: usize) {
    let Some(notice) = of_share(world, now, sharing, index) else { return };
    notices::enqueue(world, now, notice);
}

/// A return arrived: the receiver of the share hears of it.
pub(super) fn tell_return(world: &mut World, now: Time, id: &str) {
    let Some(notice) = of_return(world, now, id) else { return };
    notices::enqueue(world, now, notice);
}

fn of_share(world: &World, now: Time, sharing: &str, index: usize) -> Option<NewNotice> {
    let sharing = world.sharings.by_id(sharing)?;
    let share = sharing.shares.get(index).filter(|share| share.kind == ReceiverKind::MerchantId)?;
    let told = Told {
        order: world.orders.by_id(&sharing.order)?,
        order_id: &sharing.order_id,
        out_order_no: &sharing.out_order_no,
        kind: share.kind.as_str(),
        account: &share.account,
        amount: share.amount,
        description: &share.description,
        success_time: now.to_string(),
    };
    notice(world, &share.account, &sharing.id, ("PROFITSHARING.SUCCESS", "分账"), &told)
}

fn of_return(world: &World, now: Time, id: &str) -> Option<NewNotice> {
    let returned = world.returns.by_id(id)?;
    let order = return_result::order(world, returned)?;
    let told = Told {
        order,
        order_id: &returned.return_id,
        out_order_no: &returned.out_return_no,
        kind: ReceiverKind::MerchantId.as_str(),
        account: order.owner(),
        amount: returned.amount,
        description: &returned.description,
        success_time: now.to_string(),
    };
    notice(world, &returned.return_mchid, id, ("PROFITSHARING.RETURN", "分账回退"), &told)
}

/// The site has two names for the event; a rule says which.
fn notice(
    world: &World,
    mchid: &str,
    reference: &str,
    (event, summary): (&str, &str),
    told: &Told<'_>,
) -> Option<NewNotice> {
    let url = world.merchants.get(mchid)?.sharing_notify_url.clone()?;
    let of_payments = world.rules.is("sharing.event", "TRANSACTION.SUCCESS");
    Some(NewNotice {
        event_type: if of_payments { "TRANSACTION.SUCCESS" } else { event }.to_owned(),
        original_type: "profitsharing".to_owned(),
        summary: summary.to_owned(),
        version: Version::V3,
        mchid: mchid.to_owned(),
        reference: reference.to_owned(),
        url,
        resource: resource(told),
        sign_type: None,
    })
}
