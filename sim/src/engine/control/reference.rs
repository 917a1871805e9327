//! `{ref}`: the simulator's id, WeChat Pay's number, or the merchant's number.

use super::super::combined::Role;
use super::super::numbered::{List, Numbered};
use super::super::orders::Order;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};

/// The one order that a reference means; what `?mchid=` names decides if several merchants use a number. A combined order is meant before
/// its own sub-order that has the same number.
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
    let of_merchants = merchants(world, request).flat_map(|mchid| {
        let single = world.orders.by_number(mchid, reference);
        single.into_iter().chain(world.orders.by_combined(mchid, reference))
    });
    let found: Vec<&Order> = of_merchants.collect();
    let is_part = |order: &Order| found.iter().any(|whole| whole.subs().iter().any(|sub| *sub == order.id));
    single("order", reference, found.iter().copied().filter(|order| !is_part(order)))
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
    if let Some(found) = list.by_id(reference).or_else(|| list.by_given(reference)) {
        return Ok(found);
    }
    single(what, reference, merchants(world, request).filter_map(|mchid| list.by_number(mchid, reference)))
}

/// The merchants that a request may mean.
fn merchants<'w>(world: &'w World, request: &ControlRequest) -> impl Iterator<Item = &'w String> {
    let wanted = request.parameter("mchid").map(str::to_owned);
    world.merchants.keys().filter(move |mchid| wanted.as_ref().is_none_or(|wanted| wanted == *mchid))
}

/// The only one of those that were found.
fn single<'w, T>(what: &str, reference: &str, mut found: impl Iterator<Item = &'w T>) -> Result<&'w T, ControlError> {
    match (found.next(), found.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => Err(ControlError::not_found(format!("there is no {what} {reference}"))),
        (Some(_), Some(_)) => {
            let error =
                ControlError::ambiguous(format!("{what} {reference} is one of several merchants, or of several kinds"));
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
