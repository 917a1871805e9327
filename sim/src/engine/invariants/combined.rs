//! I10 of combined orders: what they say is what their sub-orders say, and all of these are paid or none.

use super::super::ledger::PostingKind as Kind;
use super::super::orders::Order;
use super::super::products::order_view::payer_total;
use super::super::world::World;
use super::Broken;
use super::tally::Tally;

pub(super) fn check(world: &World, tally: &Tally) -> Vec<Broken> {
    let mut broken = Vec::new();
    for whole in world.orders.iter().filter(|order| order.is_combined()) {
        let subs: Vec<&Order> = world.orders.subs_of(whole).collect();
        let mut wrong = |text: &str| broken.push(Broken::new("I10", text, &whole.id));
        if subs.len() != whole.subs().len() || subs.iter().any(|sub| !sub.is_sub()) {
            wrong("a sub-order is gone, or is none");
        }
        if subs.iter().any(|sub| sub.paid_at != whole.paid_at || sub.payer != whole.payer && sub.paid_at.is_some()) {
            wrong("not all sub-orders were paid at once by one payer, or were not paid");
        }
        if subs.iter().map(|sub| sub.total).sum::<i64>() != whole.total {
            wrong("the sub-orders' totals are not the order's");
        }
        if whole.paid_at.is_some() && subs.iter().map(|sub| payer_total(sub)).sum::<i64>() != payer_total(whole) {
            wrong("what was paid for the sub-orders is not what was paid");
        }
        if [Kind::Pay, Kind::Coupon, Kind::Fee].into_iter().any(|kind| tally.moved(&whole.id, kind).times > 0) {
            wrong("money was moved for what has none of its own");
        }
    }
    broken
}
