//! Which handler answers which endpoint, and who is told when something falls due.

use super::super::answer::{Outcome, Refusal};
use super::super::call::Call;
use super::super::due::Due;
use super::super::notices;
use super::super::time::Time;
use super::super::world::World;
use super::{
    bills, certificates, codepay, echo, order_create, order_pay, order_query, refunds, sharing, transfers, v2_orders,
};

/// Answers a call; one that it refuses has changed nothing.
pub(crate) type Handler = fn(&mut World, Time, &Call) -> Outcome;

/// A method and a template of the catalogue with its handler.
pub(crate) type Route = (&'static str, &'static str, Handler);

/// The routes of all products: each file has a `ROUTES`.
const ALL: &[&[Route]] = &[
    order_create::ROUTES,
    order_query::ROUTES,
    codepay::ROUTES,
    v2_orders::ROUTES,
    certificates::ROUTES,
    echo::ROUTES,
    refunds::v3::ROUTES,
    refunds::v2::ROUTES,
    transfers::query::ROUTES,
    sharing::query::ROUTES,
    bills::ROUTES,
];

/// The handler of an endpoint, if there is behaviour behind it.
pub(crate) fn handler(method: &str, template: &str) -> Option<Handler> {
    let found = ALL.iter().flat_map(|routes| routes.iter()).find(|route| route.0 == method && route.1 == template);
    found.map(|route| route.2)
}

pub(crate) fn call(world: &mut World, now: Time, call: &Call) -> Outcome {
    match handler(call.method, call.template) {
        Some(handler) => {
            let outcome = handler(world, now, call);
            codepay::answered(world, now, call);
            outcome
        }
        None => Err(Refusal::new(404, "RESOURCE_NOT_EXISTS", "no behaviour behind this endpoint")),
    }
}

/// Something falls due at `at`; what has changed its state since then is left alone.
pub(crate) fn due(world: &mut World, at: Time, due: Due) {
    match due {
        Due::SendNotice(id) => notices::due(world, at, &id),
        Due::FinishRefund(id) => refunds::result::due(world, at, &id),
        Due::CloseOrder(id) => order_query::close_due(world, at, &id),
        Due::PayOrder(id) => order_pay::pay_due(world, at, &id),
        Due::Transfer(id) => transfers::life::due(world, at, &id),
        Due::Share(id) => sharing::result::due(world, at, &id),
        Due::Release(id) => sharing::ending::due(world, at, &id),
        Due::Return(id) => sharing::return_result::due(world, at, &id),
    }
}
