//! The money of a combined order: that of each sub-order, or none.

use super::super::super::ledger::Account;
use super::super::super::money;
use super::super::super::orders::Coupon;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::order_pay::Payment;

/// Moves the money of all sub-orders; nothing has changed if the payer has too little for all of them.
pub(in super::super) fn moved(world: &mut World, now: Time, id: &str, payment: &Payment) -> bool {
    let Some(whole) = world.orders.by_id(id) else { return false };
    let off = payment.coupon.as_ref().map_or(0, |coupon| coupon.amount);
    let totals: Vec<i64> = world.orders.subs_of(whole).map(|sub| sub.total).collect();
    let parts: Vec<_> = whole.subs().to_vec().into_iter().zip(shares(&totals, off)).collect();
    if world.ledger.balance(&Account::Wallet(payment.payer.clone())) < whole.total - off {
        return false;
    }
    world.orders.update(id, |whole| {
        whole.payer = Some(payment.payer.clone().into());
        whole.coupon.clone_from(&payment.coupon);
    });
    parts.iter().all(|(sub, off)| {
        let coupon = payment.coupon.as_ref().filter(|_| *off > 0);
        let coupon = coupon.map(|coupon| Coupon { amount: *off, is_cash: coupon.is_cash });
        world.orders.update(sub, |sub| (sub.payer, sub.coupon) = (Some(payment.payer.as_str().into()), coupon));
        money::pay(world, now, sub).is_ok()
    })
}

/// A coupon's amount by the sub-orders' totals: none gets more than its total, and all together get all of it.
fn shares(totals: &[i64], amount: i64) -> Vec<i64> {
    let whole: i64 = totals.iter().sum();
    let mut before = (0, 0);
    let mut shares = Vec::new();
    for total in totals {
        let totals_so_far = before.0 + total;
        let given = money::portion(amount, totals_so_far, whole);
        shares.push(given - before.1);
        before = (totals_so_far, given);
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_coupon_is_shared_by_the_totals() {
        assert_eq!(shares(&[100, 200, 300], 60), [10, 20, 30]);
        assert_eq!(shares(&[1, 1, 1], 2), [0, 1, 1]);
        assert_eq!(shares(&[5, 7], 12), [5, 7]);
        assert_eq!(shares(&[5, 7], 0), [0, 0]);
    }

    proptest! {
        #[test]
        fn no_share_is_more_than_its_total_and_together_they_are_the_coupon(
            totals in proptest::collection::vec(1_i64..1_000_000_000, 1..50),
            per_mille in 0_i64..=1000,
        ) {
            let amount = totals.iter().sum::<i64>() / 1000 * per_mille;
            let shares = shares(&totals, amount);
            prop_assert_eq!(shares.iter().sum::<i64>(), amount);
            prop_assert!(shares.iter().zip(&totals).all(|(share, total)| (0..=*total).contains(share)));
        }
    }
}
