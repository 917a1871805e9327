//! I9, and I7 and I10 for transfers: what is set aside is what its state says, and went where its state says, once.

use std::collections::BTreeMap;

use super::super::ledger::{Account, PostingKind as Kind};
use super::super::transfers::{Transfer, TransferState as State};
use super::super::world::World;
use super::Broken;
use super::orders::expect;
use super::tally::Tally;

pub(super) fn check(world: &World, tally: &Tally) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut locked: BTreeMap<&str, i64> = world.merchants.keys().map(|mchid| (mchid.as_str(), 0)).collect();
    for transfer in world.transfers.iter() {
        check_one(tally, transfer, &mut broken);
        if transfer.is_locked {
            *locked.entry(transfer.owner()).or_default() += transfer.amount;
        }
    }
    for (mchid, amount) in locked {
        let is = world.ledger.balance(&Account::OperationFrozen(mchid.to_owned()));
        expect(&mut broken, "I9", mchid, "set aside for transfers", is, amount);
    }
    broken
}

fn check_one(tally: &Tally, transfer: &Transfer, broken: &mut Vec<Broken>) {
    let (id, amount) = (transfer.id.as_str(), transfer.amount);
    let moved = |kind| tally.moved(id, kind).amount;
    let (locked, paid, back) = (moved(Kind::TransferLock), moved(Kind::TransferPaid), moved(Kind::TransferBack));
    let was_locked = if locked == 0 { 0 } else { amount };
    expect(broken, "I10", id, "set aside", locked, was_locked);
    expect(broken, "I10", id, "paid out", paid, if transfer.state == State::Success { amount } else { 0 });
    let unlocked = transfer.state.is_final() && transfer.state != State::Success;
    expect(broken, "I10", id, "put back", back, if unlocked { was_locked } else { 0 });
    let should_be = match transfer.state {
        State::WaitUserConfirm | State::Transfering => Some(true),
        State::Success | State::Fail | State::Cancelled | State::Accepted | State::Processing => Some(false),
        // It may have been waiting for money.
        State::Canceling => None,
    };
    let is = transfer.is_locked;
    if should_be.is_some_and(|should_be| should_be != is) || is != (locked - paid - back > 0) {
        broken.push(Broken::new(
            "I9",
            format!("{} with {} set aside", transfer.state.as_str(), locked - paid - back),
            id,
        ));
    }
}
