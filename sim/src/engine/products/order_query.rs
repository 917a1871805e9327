//! Asking for an order by either number, and closing it.

use super::super::answer::{Answer, Outcome, Refusal};
use super::super::call::Call;
use super::super::effect::Kind;
use super::super::orders::{Order, State, TradeType};
use super::super::time::Time;
use super::super::world::World;
use super::order_view::view;
use super::table::Route;

pub(super) const ROUTES: &[Route] = &[
    ("GET", "v3/pay/transactions/out-trade-no/{out_trade_no}", by_number),
    ("GET", "v3/pay/partner/transactions/out-trade-no/{out_trade_no}", by_number),
    ("GET", "v3/pay/transactions/id/{transaction_id}", by_transaction),
    ("GET", "v3/pay/partner/transactions/id/{transaction_id}", by_transaction),
    ("POST", "v3/pay/transactions/out-trade-no/{out_trade_no}/close", close),
    ("POST", "v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close", close),
];

/// 404: nobody has such an order.
pub(super) fn not_found(world: &World) -> Refusal {
    world.rules.refusal("order.unknown")
}

fn by_number(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let order = world.orders.by_number(&call.mchid, call.variable("out_trade_no")).ok_or_else(|| not_found(world))?;
    shown(world, order, call)
}

fn by_transaction(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let order = world.orders.by_transaction(call.variable("transaction_id")).ok_or_else(|| not_found(world))?;
    if order.mchid != call.mchid && order.sub_mchid.as_deref() != Some(call.mchid.as_str()) {
        return Err(world.rules.refusal("order.other_merchant"));
    }
    shown(world, order, call)
}

fn shown(world: &World, order: &Order, call: &Call) -> Outcome {
    check_family(world, order, call, call.parameter("sub_mchid").unwrap_or_default())?;
    Ok(Answer::json(200, view(order)).about(order.id.as_str()))
}

/// Whether an order is of the family that is asked, and of the sub-merchant that is named.
pub(super) fn check_family(world: &World, order: &Order, call: &Call, sub_mchid: &str) -> Result<(), Refusal> {
    match &order.sub_mchid {
        _ if order.is_sub() => Err(not_found(world)),
        None if call.is_partner() => Err(not_found(world)),
        Some(_) if !call.is_partner() => Err(not_found(world)),
        Some(sub) if sub != sub_mchid => Err(world.rules.refusal("order.other_sub_merchant").about(order.id.as_str())),
        _ => Ok(()),
    }
}

fn close(world: &mut World, now: Time, call: &Call) -> Outcome {
    let number = call.variable("out_trade_no");
    let Some(order) = world.orders.by_number(&call.mchid, number) else { return close_unknown(world, call, number) };
    check_family(world, order, call, call.text("/sub_mchid"))?;
    let (id, state, is_code) = (order.id.clone(), order.state, order.trade_type == TradeType::Micropay);
    if is_code {
        return Err(world.rules.refusal("close.codepay").about(id));
    }
    match state {
        State::Success | State::Refund => Err(world.rules.refusal("close.paid").about(id)),
        State::Notpay => {
            shut(world, now, &id, "merchant");
            Ok(Answer::empty().about(id))
        }
        _ => Ok(Answer::empty().about(id)),
    }
}

/// Closing a number that nobody used burns it, or is refused, by rule.
pub(super) fn close_unknown(world: &mut World, call: &Call, number: &str) -> Outcome {
    may_burn(world)?;
    world.burnt.insert((call.mchid.clone(), number.to_owned()));
    Ok(Answer::empty())
}

/// Whether closing a number that nobody used burns it; why it is refused, if it does not.
pub(super) fn may_burn(world: &World) -> Result<(), Refusal> {
    match world.rules.status("close.unknown")? {
        status if status >= 300 => Err(Refusal { status, ..not_found(world) }),
        _ => Ok(()),
    }
}

/// Closes an order without payment, with its sub-orders if it has some: by `merchant`, `wechat`, or `time`.
pub(crate) fn shut(world: &mut World, now: Time, id: &str, by: &str) {
    for id in world.orders.family(id) {
        let due = world.orders.update(&id, |order| {
            order.state = State::Closed;
            order.closed_at = Some(now);
            order.closed_by = Some(by.into());
            order.close_due.take()
        });
        if let Some(Some(place)) = due {
            world.queue.remove(place);
        }
        world.changed(Kind::Order, &id, "state CLOSED");
    }
}

/// The time has come to close an order that nobody paid.
pub(super) fn close_due(world: &mut World, at: Time, id: &str) {
    if world.orders.by_id(id).is_some_and(|order| order.state == State::Notpay) {
        shut(world, at, id, "time");
    }
}
