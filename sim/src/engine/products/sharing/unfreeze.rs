//! The rest of an order is released by request: nothing of it is shared from then on.

use super::super::super::answer::Outcome;
use super::super::super::call::Call;
use super::super::super::money;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::parties as all_parties;
use super::begin::{New, note, shown};
use super::parties;

/// Under a number that was used before nothing happens, whatever it was used for.
pub(super) fn unfreeze(world: &mut World, now: Time, call: &Call) -> Outcome {
    let owner = parties::owner(world, call, call.text("/sub_mchid"))?;
    all_parties::may_begin(world, call)?;
    let order = parties::order(world, &owner, call.text("/transaction_id"))?;
    if let Some(known) = world.sharings.by_number(&call.mchid, call.text("/out_order_no")) {
        return shown(world, &known.id);
    }
    if order.sharing_ended.is_some() {
        return Err(world.rules.refusal("sharing.ended").about(order.id.as_str()));
    }
    let (order, refunded) = (order.id.to_string(), money::taken(world, &order.id).refund);
    let id = note(world, now, call, &owner, New { order, unfreezes: true, refunded, wanted: Vec::new() });
    shown(world, &id)
}
