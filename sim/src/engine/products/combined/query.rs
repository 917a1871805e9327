//! Asking for a combined order, and closing it.

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::Call;
use super::super::super::orders::{Order, State};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::order_query::{may_burn, not_found, shut};
use super::super::table::Route;
use super::request::{self, Sub};
use super::view::view;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "v3/combine-transactions/out-trade-no/{combine_out_trade_no}", query),
    ("POST", "v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close", close),
];

fn query(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let order =
        world.orders.by_combined(&call.mchid, call.variable("combine_out_trade_no")).ok_or_else(|| not_found(world))?;
    Ok(Answer::json(200, view(world, order)).about(order.id.as_str()))
}

fn close(world: &mut World, now: Time, call: &Call) -> Outcome {
    let number = call.variable("combine_out_trade_no");
    let Some(order) = world.orders.by_combined(&call.mchid, number) else {
        may_burn(world)?;
        world.burnt_combined.insert((call.mchid.clone(), number.to_owned()));
        return Ok(Answer::empty());
    };
    let id = order.id.clone();
    named(world, call, order)?;
    match order.state {
        State::Success | State::Refund => Err(world.rules.refusal("close.paid").about(id)),
        State::Notpay => {
            shut(world, now, &id, "merchant");
            Ok(Answer::empty().about(id))
        }
        _ => Ok(Answer::empty().about(id)),
    }
}

/// Whether a request names exactly the sub-orders that there are.
fn named(world: &World, call: &Call, order: &Order) -> Result<(), Refusal> {
    let asked = request::subs(call);
    let is_same = |asked: &Sub, sub: &Order| {
        let named = asked.some("sub_mchid");
        asked.number() == (&sub.mchid, &sub.out_trade_no) && (named.is_none() || named == sub.sub_mchid.as_deref())
    };
    // As many as there are, and each of these is named: none is missing, none is there twice.
    let as_many = asked.len() == order.subs().len() && call.text("/combine_appid") == order.appid;
    match as_many && world.orders.subs_of(order).all(|sub| asked.iter().any(|asked| is_same(asked, sub))) {
        true => Ok(()),
        false => Err(world.rules.refusal("combine.close_set").about(order.id.as_str())),
    }
}
