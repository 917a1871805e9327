//! I3, I4, I7 and I10: each order's money, and that of its refunds.

use super::super::ledger::PostingKind as Kind;
use super::super::money::{self, Back};
use super::super::orders::Order;
use super::super::refunds::{Refund, RefundStatus};
use super::super::world::World;
use super::Broken;
use super::tally::Tally;

pub(super) fn check(world: &World, tally: &Tally) -> Vec<Broken> {
    let repeated =
        tally.repeated().map(|(id, kind)| Broken::new("I7", format!("{} moved money twice", kind.as_str()), id));
    let mut broken: Vec<Broken> = repeated.collect();
    // The money of a combined order is that of its sub-orders.
    for order in world.orders.iter().filter(|order| !order.is_combined()) {
        let expected = money::taken(world, &order.id);
        check_refunded(world, tally, order, expected, &mut broken);
        check_settled(world, tally, order, &mut broken);
        check_fee(world, tally, order, expected, &mut broken);
    }
    for refund in world.refunds.iter() {
        check_refund(tally, refund, &mut broken);
    }
    broken
}

/// Compares, and says what is wrong.
pub(super) fn expect(broken: &mut Vec<Broken>, id: &'static str, object: &str, what: &str, is: i64, should_be: i64) {
    if is != should_be {
        broken.push(Broken::new(id, format!("{what}: {is} instead of {should_be}"), object));
    }
}

/// I3: no more goes back than was paid, and what is back is at the payer.
fn check_refunded(world: &World, tally: &Tally, order: &Order, taken: Back, broken: &mut Vec<Broken>) {
    let paid = if order.paid_at.is_some() { order.total } else { 0 };
    let reversed = order.reversed().map_or(0, |(_, back)| back.refund);
    if taken.refund + reversed > paid {
        broken.push(Broken::new("I3", format!("{} refunded of {paid}", taken.refund + reversed), &order.id));
    }
    let arrived = |refund: &&Refund| refund.status == RefundStatus::Success;
    let should_be: i64 = world.refunds.of_order(&order.id).filter(arrived).map(|refund| refund.payer_refund).sum();
    let is: i64 =
        world.refunds.of_order(&order.id).map(|refund| tally.moved(&refund.id, Kind::RefundPaid).amount).sum();
    expect(broken, "I3", &order.id, "back at the payer", is, should_be);
}

/// I4 and I10: what was paid is what the order says, and what of it is frozen is what did not leave.
fn check_settled(world: &World, tally: &Tally, order: &Order, broken: &mut Vec<Broken>) {
    let id = &order.id;
    let (paid, coupon) = (tally.moved(id, Kind::Pay).amount, tally.moved(id, Kind::Coupon).amount);
    let is_paid = order.paid_at.is_some();
    let sums = money::sums(world, order);
    expect(broken, "I10", id, "paid", paid, if is_paid { sums.payer_total } else { 0 });
    expect(broken, "I4", id, "settled", paid + coupon, if is_paid { sums.settlement } else { 0 });
    expect(broken, "I4", id, "fee", tally.moved(id, Kind::Fee).amount, if is_paid { sums.fee() } else { 0 });
    expect(broken, "I4", id, "still frozen", world.ledger.frozen_of(id), tally.frozen(id));
    let (reversed, back) = (order.reversed.is_some(), order.reversed().map(|(_, back)| back).unwrap_or_default());
    let left = tally.moved(id, Kind::ReversePaid).amount + tally.left(id, Kind::ReversePaid).amount;
    expect(broken, "I10", id, "reversed", left, if reversed { back.settlement } else { 0 });
}

/// The fee comes back cumulatively; when a refund in the middle was closed, the next one makes up for it.
fn check_fee(world: &World, tally: &Tally, order: &Order, taken: Back, broken: &mut Vec<Broken>) {
    if order.paid_at.is_none() {
        return;
    }
    let moved = |refund: &Refund| {
        tally.moved(&refund.id, Kind::RefundFee).amount - tally.moved(&refund.id, Kind::RefundFeeBack).amount
    };
    let of_refunds: i64 = world.refunds.of_order(&order.id).map(moved).sum();
    expect(broken, "I10", &order.id, "fee back", of_refunds, taken.fee);
    let closed = world.refunds.of_order(&order.id).any(|refund| refund.status == RefundStatus::Closed);
    let sums = money::sums(world, order);
    if !closed {
        let kept = money::fee(sums.settlement - taken.settlement, sums.fee_bp);
        expect(broken, "I4", &order.id, "fee back cumulatively", of_refunds, sums.fee() - kept);
    }
    if taken.refund == sums.total && of_refunds != sums.fee() {
        let text = format!("all is refunded, but not the fee: {of_refunds} of {}", sums.fee());
        broken.push(Broken::new("I4", text, &order.id));
    }
    let all = of_refunds + tally.moved(&order.id, Kind::ReverseFee).amount;
    if all > sums.fee() || order.reversed.is_some() && all != sums.fee() {
        broken.push(Broken::new("I4", format!("fee back: {all} of {}", sums.fee()), &order.id));
    }
}

/// I7 and I10: a refund took what it says, and what it set aside went where its state says, once.
fn check_refund(tally: &Tally, refund: &Refund, broken: &mut Vec<Broken>) {
    let (id, moved) = (&refund.id, |kind| tally.moved(&refund.id, kind).amount);
    let left = tally.left(id, Kind::RefundPaid).amount;
    expect(broken, "I10", id, "set aside", moved(Kind::Refund) + moved(Kind::RefundFee), refund.settlement);
    let (paid, back) = match refund.status {
        RefundStatus::Success => (refund.settlement, 0),
        RefundStatus::Closed => (0, refund.settlement),
        RefundStatus::Processing | RefundStatus::Abnormal => (0, 0),
    };
    expect(broken, "I7", id, "paid out", moved(Kind::RefundPaid) + left, paid);
    expect(broken, "I7", id, "put back", moved(Kind::RefundBack) + moved(Kind::RefundFeeBack), back);
}
