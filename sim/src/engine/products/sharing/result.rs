//! Shares arrive or do not; a request without any on its way is finished.

use super::super::super::due::Due;
use super::super::super::effect::Kind;
use super::super::super::ledger::Account;
use super::super::super::merchants::Status;
use super::super::super::payouts;
use super::super::super::sharings::{Share, ShareResult, Sharing, SharingState};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::ending::settle;
use super::tell::tell_share;

/// How a share ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Success,
    /// With a reason of the documentation's list.
    Closed(String),
}

/// What a share that does not arrive is said to have met when nobody says it.
pub(crate) const OTHER: &str = "ACCOUNT_ABNORMAL";

/// Lets the shares of a request end by themselves, if the settings say so.
pub(super) fn schedule(world: &mut World, now: Time, id: &str) {
    let Some(auto) = &world.settings.auto.sharing else { return };
    let place = world.queue.insert(now.plus_seconds(auto.after_s), Due::Share(id.to_owned()));
    world.sharings.update(id, |sharing| sharing.due = Some(place));
}

/// The time has come that the settings gave it.
pub(crate) fn due(world: &mut World, at: Time, id: &str) {
    world.sharings.update(id, |sharing| sharing.due = None);
    let Some(auto) = world.settings.auto.sharing.clone() else { return };
    let Some(sharing) = world.sharings.by_id(id).cloned() else { return };
    let endings: Vec<_> =
        sharing.shares.iter().map(|share| by_itself(world, &sharing, share, auto.result.as_deref())).collect();
    end(world, at, id, |index, _| endings.get(index).cloned());
}

/// How a share ends by itself: as the settings say, unless somebody cannot pay or be paid any more.
fn by_itself(world: &World, sharing: &Sharing, share: &Share, result: Option<&str>) -> Ending {
    let closed = |mchid: &str| world.merchants.get(mchid).is_none_or(|merchant| merchant.status == Status::Closed);
    let gone = match &share.to {
        Account::Wallet(payer) => world.payers.get(payer).is_none_or(|payer| payer.closed),
        _ => closed(&share.account),
    };
    let Some(order) = world.orders.by_id(&sharing.order) else { return Ending::Closed(OTHER.to_owned()) };
    let owner = (order.mchid.to_string(), order.sub_mchid.clone().map(Into::into));
    let reason = match () {
        () if gone => "ACCOUNT_ABNORMAL",
        () if closed(order.owner()) => "PAYER_ACCOUNT_ABNORMAL",
        () if world.receivers.find(&owner, share.kind, &share.account).is_none() => "NO_RELATION",
        () if result == Some("CLOSED") => OTHER,
        () => return Ending::Success,
    };
    Ending::Closed(reason.to_owned())
}

/// Ends those shares of a request on their way for which there is an ending; a request without any on its way is finished then.
pub(crate) fn end(world: &mut World, now: Time, id: &str, ending: impl Fn(usize, &Share) -> Option<Ending>) {
    let Some(sharing) = world.sharings.by_id(id).cloned() else { return };
    for (index, share) in sharing.shares.iter().enumerate().filter(|(_, share)| share.result == ShareResult::Pending) {
        if let Some(ending) = ending(index, share) {
            end_one(world, now, &sharing, index, ending);
        }
    }
    let is_open = |share: &Share| share.result == ShareResult::Pending;
    let finished = world.sharings.by_id(id).is_some_and(|sharing| !sharing.shares.iter().any(is_open));
    if finished && sharing.state == SharingState::Processing {
        finish(world, now, id);
    }
}

fn end_one(world: &mut World, now: Time, sharing: &Sharing, index: usize, ending: Ending) {
    let Some(share) = sharing.shares.get(index) else { return };
    let owner = world.orders.by_id(&sharing.order).map(|order| order.owner().to_owned()).unwrap_or_default();
    let (result, reason) = match ending {
        Ending::Success => (ShareResult::Success, None),
        Ending::Closed(reason) => (ShareResult::Closed, Some(reason)),
    };
    match result {
        ShareResult::Success => payouts::pay_share(world, now, sharing, share),
        _ => payouts::put_back_share(world, now, &owner, sharing, share),
    }
    world.sharings.update(&sharing.id, |sharing| {
        if let Some(share) = sharing.shares.get_mut(index) {
            share.result = result;
            share.fail_reason = reason;
            share.done_at = Some(now);
        }
    });
    world.changed(Kind::Sharing, &sharing.id, format!("{} {}", share.account, result.as_str()));
    if result == ShareResult::Success {
        tell_share(world, now, &sharing.id, index);
    }
}

/// Nothing of a request is on its way any more.
pub(super) fn finish(world: &mut World, now: Time, id: &str) {
    let changed = world.sharings.update(id, |sharing| {
        sharing.state = SharingState::Finished;
        (sharing.order.clone(), sharing.due.take())
    });
    let Some((order, place)) = changed else { return };
    if let Some(place) = place {
        world.queue.remove(place);
    }
    world.changed(Kind::Sharing, id, "state FINISHED");
    settle(world, now, &order, id);
}
