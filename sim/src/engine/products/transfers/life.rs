//! What becomes of a transfer: the payer confirms it, or time, a cancellation or a failure ends it.

use super::super::super::due::{Due, Place};
use super::super::super::effect::Kind;
use super::super::super::payouts;
use super::super::super::time::Time;
use super::super::super::transfers::{Transfer, TransferState};
use super::super::super::world::World;
use super::tell::tell;

/// How a transfer ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Success,
    /// With a reason of the documentation's list.
    Fail(String),
    Cancelled,
}

/// What a failure is called when nobody names it.
pub(crate) const OTHER: &str = "OTHER_FAIL_REASON_TYPE";

impl Ending {
    fn parts(self) -> (TransferState, Option<String>) {
        match self {
            Self::Success => (TransferState::Success, None),
            Self::Fail(reason) => (TransferState::Fail, Some(reason)),
            Self::Cancelled => (TransferState::Cancelled, Some("MCH_CANCEL".to_owned())),
        }
    }
}

/// The payer confirms a transfer that waits for it; if it cannot arrive, it fails at once.
pub(crate) fn confirm(world: &mut World, now: Time, id: &str) {
    let Some(transfer) = world.transfers.by_id(id) else { return };
    if let Some(reason) = obstacle(world, transfer) {
        return end(world, now, id, Ending::Fail(reason.to_owned()));
    }
    moves_on(world, now, id, TransferState::Transfering);
    if let Some(auto) = &world.settings.auto.transfer {
        schedule(world, now.plus_seconds(auto.after_s), id);
    }
}

/// Why what a payer confirms does not arrive. A real name that is not known is not compared.
fn obstacle(world: &World, transfer: &Transfer) -> Option<&'static str> {
    let payer = world.payers.get(&transfer.payer)?;
    let other = |name: &String| !payer.real_name.is_empty() && *name != payer.real_name;
    match &transfer.user_name {
        _ if payer.closed => Some("PAYEE_ACCOUNT_ABNORMAL"),
        Some(name) if other(name) => Some("NAME_NOT_CORRECT"),
        _ => None,
    }
}

/// The merchant takes a transfer back; whether it may has been looked at.
pub(super) fn cancel(world: &mut World, now: Time, id: &str) {
    moves_on(world, now, id, TransferState::Canceling);
    if let Some(auto) = &world.settings.auto.cancel {
        schedule(world, now.plus_seconds(auto.after_s), id);
    }
}

/// Ends a transfer; one that has ended is left alone. What was set aside goes where the ending says.
pub(crate) fn end(world: &mut World, now: Time, id: &str, ending: Ending) {
    let Some(transfer) = world.transfers.by_id(id).filter(|transfer| !transfer.state.is_final()).cloned() else {
        return;
    };
    let (state, reason) = ending.parts();
    if transfer.is_locked && state == TransferState::Success {
        payouts::pay_transfer(world, now, &transfer);
    } else if transfer.is_locked {
        payouts::unlock_transfer(world, now, &transfer);
    }
    world.transfers.update(id, |transfer| {
        transfer.is_locked = false;
        transfer.fail_reason = reason;
    });
    moves_on(world, now, id, state);
    tell(world, now, id);
}

/// Another state; what was to happen in the one before does not.
fn moves_on(world: &mut World, now: Time, id: &str, state: TransferState) {
    let due: Option<Place> = world
        .transfers
        .update(id, |transfer| {
            transfer.state = state;
            transfer.updated_at = now;
            transfer.due.take()
        })
        .flatten();
    if let Some(place) = due {
        world.queue.remove(place);
    }
    world.changed(Kind::Transfer, id, format!("state {}", state.as_str()));
}

fn schedule(world: &mut World, at: Time, id: &str) {
    let place = world.queue.insert(at, Due::Transfer(id.to_owned()));
    world.transfers.update(id, |transfer| transfer.due = Some(place));
}

/// The time has come: nobody confirmed it, or what was begun is done.
pub(crate) fn due(world: &mut World, at: Time, id: &str) {
    world.transfers.update(id, |transfer| transfer.due = None);
    let ending = match world.transfers.by_id(id).map(|transfer| transfer.state) {
        Some(TransferState::WaitUserConfirm) => Ending::Fail("OVERDUE_CLOSE".to_owned()),
        Some(TransferState::Canceling) => Ending::Cancelled,
        Some(TransferState::Transfering) => {
            let Some(auto) = &world.settings.auto.transfer else { return };
            match auto.state.as_deref() {
                Some("FAIL") => Ending::Fail(OTHER.to_owned()),
                _ => Ending::Success,
            }
        }
        _ => return,
    };
    end(world, at, id, ending);
}
