//! A return succeeds or fails: at once, by time, or by hand.

use super::super::super::due::Due;
use super::super::super::effect::Kind;
use super::super::super::merchants::Status;
use super::super::super::orders::Order;
use super::super::super::payouts;
use super::super::super::sharings::{ReturnResult, ShareReturn};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::tell::tell_return;

/// How a return ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Success,
    /// With a reason of the documentation's list.
    Failed(String),
}

/// What a return that fails is said to have met when nobody says it.
pub(crate) const OTHER: &str = "ACCOUNT_ABNORMAL";

/// Lets a new return end as the settings say: at once, later, or not by itself.
pub(super) fn begin(world: &mut World, now: Time, id: &str) {
    let Some(auto) = &world.settings.auto.returned else { return };
    if auto.after_s <= 0 {
        return due(world, now, id);
    }
    let place = world.queue.insert(now.plus_seconds(auto.after_s), Due::Return(id.to_owned()));
    world.returns.update(id, |returned| returned.due = Some(place));
}

/// The time has come that the settings gave it.
pub(crate) fn due(world: &mut World, at: Time, id: &str) {
    world.returns.update(id, |returned| returned.due = None);
    let Some(auto) = &world.settings.auto.returned else { return };
    let wanted = match auto.result.as_deref() {
        Some("FAILED") => Ending::Failed(OTHER.to_owned()),
        _ => Ending::Success,
    };
    let Some(returned) = world.returns.by_id(id) else { return };
    let ending = obstacle(world, returned).map_or(wanted, |reason| Ending::Failed(reason.to_owned()));
    end(world, at, id, ending);
}

/// The order whose money it was.
pub(crate) fn order<'w>(world: &'w World, returned: &ShareReturn) -> Option<&'w Order> {
    let sharing = world.sharings.by_id(&returned.sharing)?;
    world.orders.by_id(&sharing.order)
}

/// Why nothing can come back, whatever the settings say.
fn obstacle(world: &World, returned: &ShareReturn) -> Option<&'static str> {
    let closed = |mchid: &str| world.merchants.get(mchid).is_none_or(|merchant| merchant.status == Status::Closed);
    let owner = order(world, returned).map_or("", |order| order.owner());
    match () {
        () if closed(&returned.return_mchid) => Some("ACCOUNT_ABNORMAL"),
        () if closed(owner) => Some("PAYER_ACCOUNT_ABNORMAL"),
        () => None,
    }
}

/// Ends a return that is on its way; one whose receiver has too little fails. Any other is left alone.
pub(crate) fn end(world: &mut World, now: Time, id: &str, ending: Ending) {
    let found = world.returns.by_id(id).filter(|returned| returned.result == ReturnResult::Processing);
    let Some(returned) = found.cloned() else { return };
    let Some(order) = order(world, &returned).cloned() else { return };
    let (result, reason) = match ending {
        Ending::Failed(reason) => (ReturnResult::Failed, Some(reason)),
        Ending::Success => match payouts::return_share(world, now, &order, &returned) {
            Ok(()) => (ReturnResult::Success, None),
            Err(_) => (ReturnResult::Failed, Some("BALANCE_NOT_ENOUGH".to_owned())),
        },
    };
    let place = world.returns.update(id, |returned| {
        returned.result = result;
        returned.fail_reason = reason;
        returned.done_at = Some(now);
        returned.due.take()
    });
    if let Some(Some(place)) = place {
        world.queue.remove(place);
    }
    world.changed(Kind::Return, id, format!("result {}", result.as_str()));
    if result == ReturnResult::Success {
        tell_return(world, now, id);
    }
}
