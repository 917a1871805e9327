//! `{ref}`: the simulator's id, WeChat Pay's number, or the merchant's number.

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
    let mut of_merchants = merchants.filter_map(|mchid| world.orders.by_number(mchid, reference));
    match (of_merchants.next(), of_merchants.next()) {
        (Some(order), None) => Ok(order),
        (None, _) => Err(ControlError::not_found(format!("there is no order {reference}"))),
        (Some(_), Some(_)) => {
            let error = ControlError::ambiguous(format!("several merchants have an order {reference}"));
            Err(error.hint("name one: ?mchid="))
        }
    }
}
