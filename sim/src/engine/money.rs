//! What a payment, a refund and a reversal do to the accounts, and the arithmetic behind it: pure figures first, postings after.

use serde::{Deserialize, Serialize};

use super::ledger::{Account, Posting, PostingKind};
use super::orders::Order;
use super::refunds::{Refund, RefundStatus};
use super::time::Time;
use super::world::World;

/// Somebody has less money than it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotEnough;

/// An amount's share `part / whole`, rounded down.
pub(crate) fn portion(amount: i64, part: i64, whole: i64) -> i64 {
    match whole {
        0 => 0,
        _ => narrow(i128::from(amount) * i128::from(part) / i128::from(whole)),
    }
}

/// The fee on an amount at a rate in 1/10,000, rounded half up.
pub(crate) fn fee(amount: i64, bp: u32) -> i64 {
    narrow((i128::from(amount) * i128::from(bp) + 5_000) / 10_000)
}

fn narrow(value: i128) -> i64 {
    i64::try_from(value).expect("a part of an amount is no more than it")
}

/// What a paid order is about, in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) total: i64,
    /// What the payer paid: without the coupon.
    pub(crate) payer_total: i64,
    /// What the merchant got, before the fee: without a coupon that is none of its money.
    pub(crate) settlement: i64,
    pub(crate) fee_bp: u32,
}

impl Sums {
    pub(crate) fn fee(self) -> i64 {
        fee(self.settlement, self.fee_bp)
    }
}

/// What refunds took of an order, in fen: of one, or of all that are not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Back {
    pub(crate) refund: i64,
    pub(crate) settlement: i64,
    /// What of it the payer gets; the rest is a coupon's.
    pub(crate) payer: i64,
    /// What of it comes from the fee.
    pub(crate) fee: i64,
}

impl Back {
    /// What the merchant's account pays.
    pub(crate) fn merchant(self) -> i64 {
        self.settlement - self.fee
    }

    fn plus(self, other: Self) -> Self {
        Self {
            refund: self.refund + other.refund,
            settlement: self.settlement + other.settlement,
            payer: self.payer + other.payer,
            fee: self.fee + other.fee,
        }
    }
}

/// What a refund of `refund` fen takes after those before it: each part is what all of them together take, less what went before, so that
/// the last one leaves nothing over.
pub(crate) fn next_back(sums: Sums, before: Back, refund: i64) -> Back {
    let all = before.refund + refund;
    let settlement = (portion(all, sums.settlement, sums.total) - before.settlement).max(0);
    let payer = (portion(all, sums.payer_total, sums.total) - before.payer).clamp(0, settlement);
    let kept = fee(sums.settlement - before.settlement - settlement, sums.fee_bp);
    let fee = (sums.fee() - kept - before.fee).clamp(0, settlement);
    Back { refund, settlement, payer, fee }
}

/// What a paid order is about.
pub(crate) fn sums(world: &World, order: &Order) -> Sums {
    let coupon = order.coupon.as_ref();
    let payer_total = order.total - coupon.map_or(0, |coupon| coupon.amount);
    let settlement = if coupon.is_some_and(|coupon| !coupon.is_cash) { payer_total } else { order.total };
    let fee_bp = order.fee_bp.unwrap_or_else(|| world.merchants.get(order.owner()).map_or(0, |owner| owner.fee_bp));
    Sums { total: order.total, payer_total, settlement, fee_bp }
}

/// What an order's refunds took so far; closed ones took nothing.
pub(crate) fn taken(world: &World, order_id: &str) -> Back {
    let standing = world.refunds.of_order(order_id).filter(|refund| refund.status != RefundStatus::Closed);
    standing.map(Back::from).fold(Back::default(), Back::plus)
}

impl From<&Refund> for Back {
    fn from(refund: &Refund) -> Self {
        Self { refund: refund.refund, settlement: refund.settlement, payer: refund.payer_refund, fee: refund.fee_back }
    }
}

/// Moves the money of a payment: the order's payer and coupon are those who pay. The rate of the fee stays with the order.
///
/// # Errors
///
/// The payer has less than it takes, or there is no payer; nothing has moved then.
pub(crate) fn pay(world: &mut World, now: Time, order_id: &str) -> Result<(), NotEnough> {
    let order = world.orders.by_id(order_id).ok_or(NotEnough)?;
    let sums = sums(world, order);
    let wallet = Account::Wallet(order.payer.clone().ok_or(NotEnough)?.into());
    let merchant = settles_in(order);
    if sums.payer_total < 0 || world.ledger.balance(&wallet) < sums.payer_total {
        return Err(NotEnough);
    }
    world.orders.update(order_id, |order| order.fee_bp = Some(sums.fee_bp));
    let mut movement = Movement { world, now, reference: order_id, order: order_id };
    movement.post(PostingKind::Pay, &wallet, &merchant, sums.payer_total);
    movement.post(PostingKind::Coupon, &Account::World, &merchant, sums.settlement - sums.payer_total);
    movement.post(PostingKind::Fee, &merchant, &Account::WechatFees, sums.fee());
    Ok(())
}

/// Gives back what is left of a payment, as a full refund that succeeds at once, without a refund's record.
///
/// # Errors
///
/// The merchant has less than it takes; nothing has moved then.
pub(crate) fn reverse(world: &mut World, now: Time, order_id: &str) -> Result<(), NotEnough> {
    let order = world.orders.by_id(order_id).ok_or(NotEnough)?;
    let (sums, before) = (sums(world, order), taken(world, order_id));
    let back = next_back(sums, before, sums.total - before.refund);
    let from = payable_from(world, order, back.merchant())?;
    let wallet = Account::Wallet(order.payer.clone().ok_or(NotEnough)?.into());
    let mut movement = Movement { world, now, reference: order_id, order: order_id };
    movement.post(PostingKind::Reverse, &from, &Account::RefundReserve, back.merchant());
    movement.post(PostingKind::ReverseFee, &Account::WechatFees, &Account::RefundReserve, back.fee);
    movement.post(PostingKind::ReversePaid, &Account::RefundReserve, &wallet, back.payer);
    movement.post(PostingKind::ReversePaid, &Account::RefundReserve, &Account::World, back.settlement - back.payer);
    world.orders.update(order_id, |order| order.reversed = Some(Box::new((now, back))));
    Ok(())
}

/// The account that can pay so much back for an order: what of the order is frozen if that is enough, else what is available; never a part of each.
pub(crate) fn payable_from(world: &World, order: &Order, amount: i64) -> Result<Account, NotEnough> {
    let available = Account::Basic(order.owner().to_owned());
    if order.profit_sharing && world.ledger.frozen_of(&order.id) >= amount {
        return Ok(Account::BasicFrozen(order.owner().to_owned()));
    }
    if world.ledger.balance(&available) < amount {
        return Err(NotEnough);
    }
    Ok(available)
}

/// Sets aside what an accepted refund takes.
pub(crate) fn accept_refund(world: &mut World, now: Time, refund: &Refund) {
    let back = Back::from(refund);
    let mut movement = Movement { world, now, reference: &refund.id, order: &refund.order };
    movement.post(PostingKind::Refund, &refund.from, &Account::RefundReserve, back.merchant());
    movement.post(PostingKind::RefundFee, &Account::WechatFees, &Account::RefundReserve, back.fee);
}

/// Pays out what an accepted refund had set aside: to the payer, and a coupon's part to whoever gave it.
pub(crate) fn pay_refund(world: &mut World, now: Time, refund: &Refund, payer: &str) {
    let wallet = Account::Wallet(payer.to_owned());
    let mut movement = Movement { world, now, reference: &refund.id, order: &refund.order };
    movement.post(PostingKind::RefundPaid, &Account::RefundReserve, &wallet, refund.payer_refund);
    let coupon = refund.settlement - refund.payer_refund;
    movement.post(PostingKind::RefundPaid, &Account::RefundReserve, &Account::World, coupon);
}

/// Puts back what a closed refund had set aside.
pub(crate) fn return_refund(world: &mut World, now: Time, refund: &Refund) {
    let back = Back::from(refund);
    let mut movement = Movement { world, now, reference: &refund.id, order: &refund.order };
    movement.post(PostingKind::RefundBack, &Account::RefundReserve, &refund.from, back.merchant());
    movement.post(PostingKind::RefundFeeBack, &Account::RefundReserve, &Account::WechatFees, back.fee);
}

/// Where the money of an order goes: it is frozen if it may be shared.
fn settles_in(order: &Order) -> Account {
    let owner = order.owner().to_owned();
    if order.profit_sharing { Account::BasicFrozen(owner) } else { Account::Basic(owner) }
}

/// Postings that have the time and the objects in common.
pub(super) struct Movement<'w> {
    pub(super) world: &'w mut World,
    pub(super) now: Time,
    pub(super) reference: &'w str,
    pub(super) order: &'w str,
}

impl Movement<'_> {
    pub(super) fn post(&mut self, kind: PostingKind, from: &Account, to: &Account, amount: i64) {
        self.world.ledger.post(Posting {
            at: self.now,
            from: from.clone(),
            to: to.clone(),
            amount,
            kind,
            reference: self.reference.to_owned(),
            order: self.order.to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Sums = Sums { total: 10_000, payer_total: 10_000, settlement: 10_000, fee_bp: 60 };

    #[test]
    fn the_fee_is_rounded_half_up() {
        assert_eq!(fee(10_000, 60), 60);
        assert_eq!([fee(83, 60), fee(84, 60), fee(1, 60), fee(0, 60)], [0, 1, 0, 0]);
        assert_eq!(fee(250, 60), 2);
    }

    #[test]
    fn half_of_100_yuan_costs_the_merchant_49_70_and_brings_back_0_30_of_the_fee() {
        let back = next_back(PLAIN, Back::default(), 5_000);
        assert_eq!(back, Back { refund: 5_000, settlement: 5_000, payer: 5_000, fee: 30 });
        assert_eq!(back.merchant(), 4_970);
    }

    #[test]
    fn the_fee_comes_back_cumulatively_so_that_a_full_refund_returns_all() {
        let sums = Sums { total: 1_000, payer_total: 1_000, settlement: 1_000, fee_bp: 60 };
        let mut all = Back::default();
        for _ in 0..1_000 {
            all = all.plus(next_back(sums, all, 1));
        }
        assert_eq!(all, Back { refund: 1_000, settlement: 1_000, payer: 1_000, fee: 6 });
    }

    #[test]
    fn a_nocash_coupon_is_not_the_merchants_and_comes_back_to_nobody() {
        let sums = Sums { total: 100, payer_total: 70, settlement: 70, fee_bp: 60 };
        let first = next_back(sums, Back::default(), 33);
        assert_eq!((first.settlement, first.payer), (23, 23));
        let last = next_back(sums, first, 67);
        assert_eq!((last.settlement, last.payer), (47, 47));
    }

    #[test]
    fn a_cash_coupon_goes_back_to_whoever_gave_it() {
        let sums = Sums { total: 100, payer_total: 70, settlement: 100, fee_bp: 0 };
        let back = next_back(sums, Back::default(), 50);
        assert_eq!((back.settlement, back.payer), (50, 35));
    }

    #[test]
    fn parts_are_never_negative_when_refunds_in_the_middle_were_closed() {
        let sums = Sums { total: 3, payer_total: 1, settlement: 1, fee_bp: 10_000 };
        // Of three refunds of 1 fen only the last took the settled fen; the others are closed.
        let standing = Back { refund: 1, settlement: 1, payer: 1, fee: 1 };
        assert_eq!(next_back(sums, standing, 1), Back { refund: 1, ..Back::default() });
    }
}
