//! Which action answers which path of the control interface.

use serde_json::Value;

use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::{
    bills, clock, faults, findings, invariants, ledger, merchants, notices, orders, payers, platform, receivers,
    refunds, replies, rules, settings, share_returns, sharings, state, transfers,
};

/// Does what a request asks for; `variables` are the values of the template's, in order. One that fails has changed nothing.
pub(crate) type Action = fn(&mut World, Time, &ControlRequest, &[&str]) -> Result<Value, ControlError>;

/// A method and a template below `/_/api/`, such as `orders/{ref}/pay`, with its action.
pub(crate) type Route = (&'static str, &'static str, Action);

/// The routes of all subjects: each file has a `ROUTES`.
const ALL: &[&[Route]] = &[
    bills::ROUTES,
    clock::ROUTES,
    faults::ROUTES,
    findings::ROUTES,
    invariants::ROUTES,
    ledger::ROUTES,
    merchants::ROUTES,
    notices::ROUTES,
    orders::ROUTES,
    payers::ROUTES,
    platform::ROUTES,
    receivers::ROUTES,
    refunds::ROUTES,
    replies::ROUTES,
    rules::ROUTES,
    settings::ROUTES,
    share_returns::ROUTES,
    sharings::ROUTES,
    state::ROUTES,
    transfers::ROUTES,
];

pub(crate) fn control(world: &mut World, now: Time, request: &ControlRequest) -> Result<Value, ControlError> {
    let mut other_method = false;
    for (method, template, action) in ALL.iter().flat_map(|routes| routes.iter()) {
        let Some(variables) = variables(template, &request.path) else { continue };
        if *method == request.method {
            return action(world, now, request, &variables);
        }
        other_method = true;
    }
    let path = &request.path;
    Err(match other_method {
        true => ControlError::not_found(format!("{path} has no {}", request.method)),
        false => ControlError::not_found(format!("there is no {path}")),
    })
}

/// The values of a template's variables, if the path is one of it.
pub(crate) fn variables<'p>(template: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let (mut expected, mut found) = (template.split('/'), path.split('/'));
    let mut variables = Vec::new();
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return Some(variables),
            (Some(name), Some(value)) if name.starts_with('{') && !value.is_empty() => variables.push(value),
            (Some(name), Some(value)) if name == value => {}
            _ => return None,
        }
    }
}
