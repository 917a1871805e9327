//! `{ref}`: the simulator's id, WeChat Pay's number, or the merchant's number.

use super::super::numbered::{List, Numbered};
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
    let direct = direct.or_else(|| world.orders.by_credential(reference));
    one(world, request, "order", reference, direct, |mchid| world.orders.by_number(mchid, reference))
}

/// The one object of a list that a reference means; `what` is the word for it.
pub(super) fn numbered<'w, T: Numbered>(
    world: &'w World,
    request: &ControlRequest,
    variables: &[&str],
    what: &str,
    list: &'w List<T>,
) -> Result<&'w T, ControlError> {
    let reference = variables.first().copied().unwrap_or_default();
    let direct = list.by_id(reference).or_else(|| list.by_given(reference));
    one(world, request, what, reference, direct, |mchid| list.by_number(mchid, reference))
}

/// What was found directly, else the one that a merchant has under that number.
fn one<'w, T>(
    world: &'w World,
    request: &ControlRequest,
    what: &str,
    reference: &str,
    direct: Option<&'w T>,
    by_number: impl Fn(&str) -> Option<&'w T>,
) -> Result<&'w T, ControlError> {
    if let Some(found) = direct {
        return Ok(found);
    }
    let merchants =
        world.merchants.keys().filter(|mchid| request.parameter("mchid").is_none_or(|wanted| wanted == *mchid));
    let mut of_merchants = merchants.filter_map(|mchid| by_number(mchid));
    match (of_merchants.next(), of_merchants.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => Err(ControlError::not_found(format!("there is no {what} {reference}"))),
        (Some(_), Some(_)) => {
            let error = ControlError::ambiguous(format!("{what} {reference} is one of several merchants"));
            Err(error.hint("name one: ?mchid="))
        }
    }
}
