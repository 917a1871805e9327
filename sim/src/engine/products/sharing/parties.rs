//! Who shares, and which order is meant.

use super::super::super::answer::Refusal;
use super::super::super::call::Call;
use super::super::super::orders::Order;
use super::super::super::receivers::Owner;
use super::super::super::world::World;
use super::super::parties;

/// Whose order and whose receivers a call means: the merchant's, or those of the sub-merchant that a partner names.
pub(super) fn owner(world: &World, call: &Call, named: &str) -> Result<Owner, Refusal> {
    let sub_mchid = parties::sub_merchant(world, call, "sharing", named)?;
    Ok((call.mchid.clone(), sub_mchid))
}

/// The number of the merchant whose money it is.
pub(super) fn payer(owner: &Owner) -> &str {
    owner.1.as_deref().unwrap_or(&owner.0)
}

/// The paid order of that number, if it is the owner's and may be shared.
pub(super) fn order<'w>(world: &'w World, owner: &Owner, transaction_id: &str) -> Result<&'w Order, Refusal> {
    let found = world.orders.by_transaction(transaction_id);
    let order = found.ok_or_else(|| world.rules.refusal("sharing.order"))?;
    if order.mchid != owner.0 || order.sub_mchid.as_deref() != owner.1.as_deref() {
        return Err(world.rules.refusal("sharing.not_own"));
    }
    match order.profit_sharing {
        true => Ok(order),
        false => Err(world.rules.refusal("sharing.not_sharing").about(order.id.as_str())),
    }
}
