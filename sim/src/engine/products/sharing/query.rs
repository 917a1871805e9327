//! Asking for a sharing, for what is left of an order, and for how much may be shared; and the table of the endpoints.

use serde_json::json;

use super::super::super::answer::{Answer, Outcome};
use super::super::super::call::Call;
use super::super::super::merchants::MerchantKind;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::parties as all_parties;
use super::super::table::Route;
use super::begin::{request, shown};
use super::check::ratio_bp;
use super::unfreeze::unfreeze;
use super::{parties, receivers, returns};

pub(crate) const ROUTES: &[Route] = &[
    ("POST", "v3/profitsharing/receivers/add", receivers::add),
    ("POST", "v3/profitsharing/receivers/delete", receivers::delete),
    ("POST", "v3/profitsharing/orders", request),
    ("GET", "v3/profitsharing/orders/{out_order_no}", sharing),
    ("POST", "v3/profitsharing/orders/unfreeze", unfreeze),
    ("POST", "v3/profitsharing/return-orders", returns::request),
    ("GET", "v3/profitsharing/return-orders/{out_return_no}", returns::query),
    ("GET", "v3/profitsharing/transactions/{transaction_id}/amounts", amounts),
    ("GET", "v3/profitsharing/merchant-configs/{sub_mchid}", configs),
];

fn sharing(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let owner = parties::owner(world, call, call.parameter("sub_mchid").unwrap_or_default())?;
    let order = parties::order(world, &owner, call.parameter("transaction_id").unwrap_or_default())?;
    let found = world.sharings.by_number(&call.mchid, call.variable("out_order_no"));
    let found = found.filter(|sharing| sharing.order == order.id);
    shown(world, &found.ok_or_else(|| world.rules.refusal("sharing.unknown"))?.id)
}

/// What of an order is neither shared nor refunded nor released.
fn amounts(world: &mut World, _now: Time, call: &Call) -> Outcome {
    all_parties::may_use(world, call, "sharing")?;
    let transaction_id = call.variable("transaction_id");
    // The sub-merchant is not named here; a partner asks for any of its sub-merchants' orders.
    let sub_mchid = world.orders.by_transaction(transaction_id).and_then(|order| order.sub_mchid.clone());
    let order = parties::order(world, &(call.mchid.clone(), sub_mchid.map(Into::into)), transaction_id)?;
    let unsplit = world.ledger.frozen_of(&order.id);
    Ok(Answer::json(200, json!({"transaction_id": transaction_id, "unsplit_amount": unsplit})).about(order.id.as_str()))
}

/// The most that a sub-merchant may share, in 1/10,000.
fn configs(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let (merchant, named) = (all_parties::may_use(world, call, "sharing")?, call.variable("sub_mchid"));
    if merchant.kind != MerchantKind::Partner {
        return Err(world.rules.refusal("partner.relation"));
    }
    all_parties::check_sub(world, merchant, named, "")?;
    let max_ratio = ratio_bp(world, &(call.mchid.clone(), Some(named.to_owned())));
    Ok(Answer::json(200, json!({"sub_mchid": named, "max_ratio": max_ratio})))
}
