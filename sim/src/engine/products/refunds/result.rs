//! A refund ends: it arrives, is closed, or cannot arrive where it should.

use super::super::super::due::Due;
use super::super::super::effect::Kind;
use super::super::super::money;
use super::super::super::refunds::{Refund, RefundStatus};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::sharing;
use super::accept::becomes_refunded;
use super::tell::tell;

/// How a refund ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) status: RefundStatus,
    /// The way it took, and where it arrived; as they are, without.
    pub(crate) channel: Option<String>,
    pub(crate) user_received_account: Option<String>,
}

/// Lets a refund end by itself, if the settings say so.
pub(super) fn schedule(world: &mut World, now: Time, id: &str) {
    let Some(auto) = &world.settings.auto.refund else { return };
    let at = now.plus_seconds(auto.after_s);
    let place = world.queue.insert(at, Due::FinishRefund(id.to_owned()));
    world.refunds.update(id, |refund| refund.due = Some(place));
}

/// The time has come that the settings gave it.
pub(crate) fn due(world: &mut World, at: Time, id: &str) {
    world.refunds.update(id, |refund| refund.due = None);
    let Some(auto) = &world.settings.auto.refund else { return };
    let wanted = auto.status.as_deref().and_then(RefundStatus::parse).unwrap_or(RefundStatus::Success);
    let status = if wanted == RefundStatus::Success && has_no_way(world, id) { RefundStatus::Abnormal } else { wanted };
    finish(world, at, id, Ending { status, channel: None, user_received_account: None });
}

/// Whether the payer closed the account since the refund was accepted, and no card was named instead.
fn has_no_way(world: &World, id: &str) -> bool {
    let refund = world.refunds.by_id(id).filter(|refund| refund.rerouted.is_none());
    let order = refund.and_then(|refund| world.orders.by_id(&refund.order));
    let payer = order.and_then(|order| world.payers.get(order.payer.as_deref()?));
    payer.is_some_and(|payer| payer.closed)
}

/// Ends a refund that is on its way; any other is left alone.
pub(crate) fn finish(world: &mut World, now: Time, id: &str, ending: Ending) {
    let Some(refund) = world.refunds.by_id(id).filter(|refund| refund.status == RefundStatus::Processing) else {
        return;
    };
    let refund = refund.clone();
    match ending.status {
        RefundStatus::Processing => return,
        RefundStatus::Abnormal => {}
        RefundStatus::Closed => money::return_refund(world, now, &refund),
        RefundStatus::Success => arrive(world, now, &refund),
    }
    if let Some(place) = refund.due {
        world.queue.remove(place);
    }
    world.refunds.update(id, |refund| end(refund, now, ending));
    let status = world.refunds.by_id(id).map_or("", |refund| refund.status.as_str());
    world.changed(Kind::Refund, id, format!("state {status}"));
    tell(world, now, id);
    sharing::ending::refunded(world, now, &refund);
}

fn arrive(world: &mut World, now: Time, refund: &Refund) {
    let payer = world.orders.by_id(&refund.order).and_then(|order| order.payer.clone());
    money::pay_refund(world, now, refund, payer.as_deref().unwrap_or_default());
    becomes_refunded(world, &refund.order);
}

fn end(refund: &mut Refund, now: Time, ending: Ending) {
    refund.status = ending.status;
    refund.due = None;
    if ending.status != RefundStatus::Abnormal {
        refund.done_at = Some(now);
    }
    if let (RefundStatus::Success, Some(card)) = (ending.status, refund.rerouted.take()) {
        "OTHER_BANKCARD".clone_into(&mut refund.channel);
        refund.user_received_account = card;
    }
    if let Some(channel) = ending.channel {
        refund.channel = channel;
    }
    if let Some(account) = ending.user_received_account {
        refund.user_received_account = account;
    }
}
