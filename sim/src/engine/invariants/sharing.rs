//! I4, I5, I6 for profit sharing: where an order's frozen money went, that no more was shared than may be, and that no more came back than was received.

use super::super::ledger::{Account, PostingKind as Kind};
use super::super::money;
use super::super::orders::Order;
use super::super::refunds::RefundStatus;
use super::super::sharings::{ReturnResult, Share, ShareResult, ShareReturn, Sharing, SharingState};
use super::super::world::World;
use super::Broken;
use super::orders::expect;
use super::tally::Tally;

pub(super) fn check(world: &World, tally: &Tally) -> Vec<Broken> {
    let mut broken = Vec::new();
    for order in world.orders.iter().filter(|order| order.profit_sharing && order.paid_at.is_some()) {
        check_frozen(world, tally, order, &mut broken);
        check_ratio(world, order, &mut broken);
    }
    for sharing in world.sharings.iter() {
        check_sharing(tally, sharing, &mut broken);
        check_returns(world, sharing, &mut broken);
    }
    for returned in world.returns.iter() {
        check_return(tally, returned, &mut broken);
    }
    let pending = world.sharings.iter().map(|sharing| sum(sharing, ShareResult::Pending)).sum();
    expect(&mut broken, "I4", "sharings", "on its way", world.ledger.balance(&Account::ShareReserve), pending);
    broken
}

fn sum(sharing: &Sharing, result: ShareResult) -> i64 {
    sharing.shares.iter().filter(|share| share.result == result).map(|share| share.amount).sum()
}

/// I4: what was settled is the fee, what is shared, refunded or reversed from frozen, released, and what is still frozen.
fn check_frozen(world: &World, tally: &Tally, order: &Order, broken: &mut Vec<Broken>) {
    let id = order.id.as_str();
    let shared: i64 = world.sharings.of(id).map(Sharing::shared).sum();
    let refunds = world.refunds.of_order(id).filter(|refund| matches!(refund.from, Account::BasicFrozen(_)));
    let standing = refunds.filter(|refund| refund.status != RefundStatus::Closed);
    let refunded: i64 = standing.map(|refund| money::Back::from(refund).merchant()).sum();
    let left = tally.out_of_frozen(id, Kind::Release) + tally.out_of_frozen(id, Kind::Reverse);
    let sums = money::sums(world, order);
    let all = shared + sums.fee() + refunded + left + world.ledger.frozen_of(id);
    expect(broken, "I4", id, "shared, refunded, released, frozen and fee", all, sums.settlement);
}

/// I5: at each acceptance all shares so far were no more than the ratio of what was not refunded; what was not counted against it then was closed since.
fn check_ratio(world: &World, order: &Order, broken: &mut Vec<Broken>) {
    let mut shared = 0;
    for sharing in world.sharings.of(&order.id) {
        shared += sharing.shared();
        let most = money::portion(order.total - sharing.refunded, i64::from(sharing.ratio_bp), 10_000);
        if !sharing.shares.is_empty() && shared > most {
            broken.push(Broken::new("I5", format!("{shared} shared of {most}"), &sharing.id));
        }
        let refunds = world.refunds.of_order(&order.id).filter(|refund| refund.created_at < sharing.created_at);
        let standing = refunds.filter(|refund| refund.status != RefundStatus::Closed);
        if standing.map(|refund| refund.refund).sum::<i64>() > sharing.refunded {
            broken.push(Broken::new("I5", "refunds were not counted", &sharing.id));
        }
    }
}

/// I7 and I10: a sharing moved what it says, each share once.
fn check_sharing(tally: &Tally, sharing: &Sharing, broken: &mut Vec<Broken>) {
    let id = sharing.id.as_str();
    let is = |wanted: ShareResult| move |share: &&Share| share.result == wanted;
    let count = |wanted| i64::try_from(sharing.shares.iter().filter(is(wanted)).count()).unwrap_or_default();
    let all = i64::try_from(sharing.shares.len()).unwrap_or_default();
    let amounts: i64 = sharing.shares.iter().map(|share| share.amount).sum();
    for (kind, times, amount) in [
        (Kind::Share, all, amounts),
        (Kind::SharePaid, count(ShareResult::Success), sum(sharing, ShareResult::Success)),
        (Kind::ShareBack, count(ShareResult::Closed), sum(sharing, ShareResult::Closed)),
    ] {
        let moved = tally.moved(id, kind);
        expect(broken, "I10", id, kind.as_str(), moved.amount, amount);
        expect(broken, "I7", id, kind.as_str(), i64::try_from(moved.times).unwrap_or_default(), times);
    }
    if (sharing.state == SharingState::Finished) != (count(ShareResult::Pending) == 0) {
        broken.push(Broken::new("I10", "its state is not that of its shares", id));
    }
}

/// I6: of each receiver no more comes back than it received.
fn check_returns(world: &World, sharing: &Sharing, broken: &mut Vec<Broken>) {
    for share in &sharing.shares {
        let own = world.returns.of(&sharing.id).filter(|returned| returned.return_mchid == share.account);
        let standing = own.filter(|returned| returned.result != ReturnResult::Failed);
        let returned: i64 = standing.map(|returned| returned.amount).sum();
        let received = if share.result == ShareResult::Success { share.amount } else { 0 };
        if returned > received {
            broken.push(Broken::new("I6", format!("{returned} returned of {received}"), &sharing.id));
        }
    }
}

fn check_return(tally: &Tally, returned: &ShareReturn, broken: &mut Vec<Broken>) {
    let should_be = if returned.result == ReturnResult::Success { returned.amount } else { 0 };
    let is = tally.moved(&returned.id, Kind::ShareReturn).amount;
    expect(broken, "I10", &returned.id, "given back", is, should_be);
}
