//! The sharing of an order ends: its rest is released, by request, by time, or because all of it was refunded.

use super::super::super::due::Due;
use super::super::super::effect::Kind;
use super::super::super::payouts;
use super::super::super::refunds::{Refund, RefundStatus};
use super::super::super::sharings::SharingState;
use super::super::super::time::Time;
use super::super::super::world::World;

/// An order that may be shared was paid: what is frozen of it is released some day by itself.
pub(crate) fn paid(world: &mut World, now: Time, order: &str) {
    if !world.orders.by_id(order).is_some_and(|order| order.profit_sharing) {
        return;
    }
    let at = now.plus_seconds(world.rules.number("sharing.release"));
    let place = world.queue.insert(at, Due::Release(order.to_owned()));
    world.orders.update(order, |order| order.release_due = Some(place));
}

/// From now on nothing of an order is shared any more; what is frozen of it stays so until [`settle`].
pub(super) fn no_more(world: &mut World, now: Time, order: &str) {
    let place = world.orders.update(order, |order| {
        order.sharing_ended.get_or_insert(now);
        order.release_due.take()
    });
    if let Some(Some(place)) = place {
        world.queue.remove(place);
    }
    world.changed(Kind::Order, order, "sharing ended");
}

/// Releases the rest of an order whose sharing has ended, because of what has that id; not before a request that is to release it is finished.
pub(crate) fn settle(world: &mut World, now: Time, order: &str, reference: &str) {
    let Some(order) = world.orders.by_id(order).filter(|order| order.sharing_ended.is_some()).cloned() else { return };
    let waits =
        world.sharings.of(&order.id).any(|sharing| sharing.unfreezes && sharing.state == SharingState::Processing);
    if !waits && payouts::release(world, now, &order, reference) > 0 {
        world.changed(Kind::Order, &order.id, "released");
    }
}

/// Ends the sharing of an order and releases the rest, because of what has that id. Of an order that cannot be shared there is nothing to end.
pub(crate) fn end(world: &mut World, now: Time, order: &str, reference: &str) {
    let may = world.orders.by_id(order).is_some_and(|order| order.profit_sharing && order.sharing_ended.is_none());
    if may {
        no_more(world, now, order);
        settle(world, now, order, reference);
    }
}

/// The time has come to release what is frozen of an order.
pub(crate) fn due(world: &mut World, at: Time, order: &str) {
    world.orders.update(order, |order| order.release_due = None);
    end(world, at, order, order);
}

/// A refund has ended: one that brought everything back ends the sharing; one that was closed may bring frozen money back to an order whose sharing is over.
pub(crate) fn refunded(world: &mut World, now: Time, refund: &Refund) {
    let Some(order) = world.orders.by_id(&refund.order) else { return };
    let arrived = world.refunds.of_order(&order.id).filter(|refund| refund.status == RefundStatus::Success);
    if arrived.map(|refund| refund.refund).sum::<i64>() == order.total {
        return end(world, now, &refund.order, &refund.id);
    }
    settle(world, now, &refund.order, &refund.id);
}
