//! I3, I4 and I7: each posting goes from where money of its kind lies to where it belongs, of an object that there is; and each number is of
//! one object.

use std::collections::HashSet;
use std::hash::Hash;

use super::super::ledger::{Account, Posted, PostingKind as Kind};
use super::super::orders::Order;
use super::super::world::World;
use super::Broken;

pub(super) fn check(world: &World) -> Vec<Broken> {
    let wrong = world.ledger.postings().filter(|posting| !fits(world, *posting));
    let wrong = wrong.map(|posting| {
        let (id, kind) = if is_payers(posting) { ("I3", "payer") } else { ("I4", "merchant") };
        let text = format!("{}: {:?} to {:?} is not the {kind}'s", posting.kind.as_str(), posting.from, posting.to);
        Broken::new(id, text, posting.reference)
    });
    wrong.chain(numbers(world)).collect()
}

/// Whether the payer is at one end of it.
fn is_payers(posting: Posted<'_>) -> bool {
    matches!(posting.kind, Kind::Pay | Kind::RefundPaid | Kind::ReversePaid)
}

/// Whether a posting can be one of its kind.
fn fits(world: &World, posting: Posted<'_>) -> bool {
    let (from, to) = (posting.from, posting.to);
    if posting.kind == Kind::TopUp {
        return (*from == Account::World) != (*to == Account::World) && posting.order.is_empty();
    }
    let Some(order) = world.orders.by_id(posting.order) else { return !is_known(posting.kind) };
    let (reserve, fees) = (Account::RefundReserve, Account::WechatFees);
    let is_of_order = posting.reference == order.id;
    let is_of_refund = world.refunds.by_id(posting.reference).is_some_and(|refund| refund.order == order.id);
    match posting.kind {
        Kind::Pay => is_of_order && is_payer(order, from) && is_merchant(order, to),
        Kind::Coupon => is_of_order && *from == Account::World && is_merchant(order, to),
        Kind::Fee => is_of_order && is_merchant(order, from) && *to == fees,
        Kind::Refund => is_of_refund && is_merchant(order, from) && *to == reserve,
        Kind::Reverse => is_of_order && is_merchant(order, from) && *to == reserve,
        Kind::RefundFee => is_of_refund && *from == fees && *to == reserve,
        Kind::ReverseFee => is_of_order && *from == fees && *to == reserve,
        Kind::RefundPaid => is_of_refund && *from == reserve && (is_payer(order, to) || *to == Account::World),
        Kind::ReversePaid => is_of_order && *from == reserve && (is_payer(order, to) || *to == Account::World),
        Kind::RefundBack => is_of_refund && *from == reserve && is_merchant(order, to),
        Kind::RefundFeeBack => is_of_refund && *from == reserve && *to == fees,
        _ => true,
    }
}

/// Whether a kind is looked at here: payments, refunds and reversals.
fn is_known(kind: Kind) -> bool {
    let of_orders = [Kind::Pay, Kind::Coupon, Kind::Fee, Kind::Reverse, Kind::ReverseFee, Kind::ReversePaid];
    let of_refunds = [Kind::Refund, Kind::RefundFee, Kind::RefundPaid, Kind::RefundBack, Kind::RefundFeeBack];
    of_orders.contains(&kind) || of_refunds.contains(&kind)
}

fn is_payer(order: &Order, account: &Account) -> bool {
    matches!(account, Account::Wallet(name) if order.payer.as_deref() == Some(name))
}

/// In partner mode the money is the sub-merchant's; only what may be shared is ever frozen.
fn is_merchant(order: &Order, account: &Account) -> bool {
    match account {
        Account::Basic(mchid) => mchid == order.owner(),
        Account::BasicFrozen(mchid) => mchid == order.owner() && order.profit_sharing,
        _ => false,
    }
}

/// No number is of two objects: money would move once for each.
fn numbers(world: &World) -> Vec<Broken> {
    let (orders, refunds) = (|| world.orders.iter(), || world.refunds.iter());
    let mut broken = Vec::new();
    // A combined order's number is another kind of number.
    let number = |order: &'_ Order| (order.mchid.clone(), order.out_trade_no.clone(), order.is_combined());
    twice(orders().map(number), "out_trade_no", &mut broken);
    twice(orders().filter_map(|order| order.transaction_id.as_ref()), "transaction_id", &mut broken);
    twice(refunds().map(|refund| (&refund.mchid, &refund.out_refund_no)), "out_refund_no", &mut broken);
    twice(refunds().map(|refund| &refund.refund_id), "refund_id", &mut broken);
    broken
}

fn twice<T: Eq + Hash + std::fmt::Debug>(all: impl Iterator<Item = T>, name: &str, broken: &mut Vec<Broken>) {
    let mut seen = HashSet::new();
    for number in all {
        let text = format!("{number:?}");
        if !seen.insert(number) {
            broken.push(Broken::new("I7", format!("{name} {text} is of two objects"), &text));
        }
    }
}
