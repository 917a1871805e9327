//! `{ref}`: the simulator's id, WeChat Pay's number, or the merchant's number.

use super::super::combined::Role;
use super::super::orders::Order;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};

/// The one order that a reference means; what `?mchid=` names decides if several merchants use a number.
pub(super) fn order<'w>(
    world: &'w World,
    request: &ControlRequest,
    variables: &[&str],
) -> Result<&'w Order, ControlError> {
    let reference = variables.first().copied().unwrap_or_default();
    let direct = world.orders.by_id(reference).or_else(|| world.orders.by_transaction(reference));
    if let Some(order) = direct.or_else(|| world.orders.by_credential(reference)) {
        return Ok(order);
    }
    let merchants =
        world.merchants.keys().filter(|mchid| request.parameter("mchid").is_none_or(|wanted| wanted == *mchid));
    let of_merchants = merchants.flat_map(|mchid| {
        let single = world.orders.by_number(mchid, reference);
        single.into_iter().chain(world.orders.by_combined(mchid, reference))
    });
    let found: Vec<&Order> = of_merchants.collect();
    // A combined order whose sub-order has the same number is meant before it.
    let is_part = |order: &Order| found.iter().any(|whole| whole.subs().contains(&order.id));
    let mut found = found.iter().copied().filter(|order| !is_part(order));
    match (found.next(), found.next()) {
        (Some(order), None) => Ok(order),
        (None, _) => Err(ControlError::not_found(format!("there is no order {reference}"))),
        (Some(_), Some(_)) => {
            let error = ControlError::ambiguous(format!("several orders have the number {reference}"));
            Err(error.hint("name one: ?mchid=, or its id"))
        }
    }
}

/// The one order that a reference means and that a payer can pay by itself: no sub-order.
pub(super) fn payable<'w>(
    world: &'w World,
    request: &ControlRequest,
    variables: &[&str],
) -> Result<&'w Order, ControlError> {
    let order = order(world, request, variables)?;
    match &order.role {
        Role::Sub(whole) => {
            let error = ControlError::state(order.state.as_str(), &[], "a sub-order is paid and ends with its order");
            Err(error.hint(format!("the combined order is {whole}")))
        }
        Role::Single | Role::Combined(_) => Ok(order),
    }
}
