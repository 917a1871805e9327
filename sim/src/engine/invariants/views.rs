//! I10: what a query of an order or a refund answers is what the ledger has.

use serde_json::Value;

use super::super::ledger::PostingKind as Kind;
use super::super::orders::Order;
use super::super::products::order_view;
use super::super::products::refunds::view;
use super::super::refunds::{Refund, RefundStatus};
use super::super::world::World;
use super::Broken;
use super::tally::Tally;

pub(super) fn check(world: &World, tally: &Tally) -> Vec<Broken> {
    let mut broken = Vec::new();
    // A combined order has no basic query; its sub-orders have.
    for order in world.orders.iter().filter(|order| !order.is_combined()) {
        check_order(tally, order, &mut broken);
    }
    for refund in world.refunds.iter() {
        check_refund(world, tally, refund, &mut broken);
    }
    broken
}

/// Compares a member of `amount` with what moved.
fn expect(broken: &mut Vec<Broken>, id: &str, shown: &Value, name: &str, moved: i64) {
    let says = shown["amount"][name].as_i64();
    if says != Some(moved) {
        broken.push(Broken::new("I10", format!("a query says {name} {says:?}, the ledger {moved}"), id));
    }
}

fn check_order(tally: &Tally, order: &Order, broken: &mut Vec<Broken>) {
    let shown = order_view::view(order);
    expect(broken, &order.id, &shown, "total", order.total);
    if order.paid_at.is_some() {
        expect(broken, &order.id, &shown, "payer_total", tally.moved(&order.id, Kind::Pay).amount);
    }
}

fn check_refund(world: &World, tally: &Tally, refund: &Refund, broken: &mut Vec<Broken>) {
    let Some(shown) = view::view(world, refund) else {
        broken.push(Broken::new("I10", "a query has no answer: the order is gone", &refund.id));
        return;
    };
    let moved = |kind| tally.moved(&refund.id, kind).amount;
    expect(broken, &refund.id, &shown, "settlement_refund", moved(Kind::Refund) + moved(Kind::RefundFee));
    expect(broken, &refund.id, &shown, "refund_fee", moved(Kind::RefundFee));
    if refund.status == RefundStatus::Success {
        expect(broken, &refund.id, &shown, "payer_refund", moved(Kind::RefundPaid));
    }
}
