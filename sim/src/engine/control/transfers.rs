//! `transfers`: what became of them, and what the payer or WeChat Pay does to one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::products::transfers::life::{self, Ending};
use super::super::time::Time;
use super::super::transfers::{Transfer, TransferState};
use super::super::world::World;
use super::list::page;
use super::reasons;
use super::reference::numbered;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "transfers", list),
    ("GET", "transfers/{ref}", get),
    ("POST", "transfers/{ref}/confirm", confirm),
    ("POST", "transfers/{ref}/decline", decline),
    ("POST", "transfers/{ref}/result", result),
    ("POST", "transfers/{ref}/cancelled", cancelled),
];

fn list(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let is = |name: &str, value: &str| request.parameter(name).is_none_or(|wanted| wanted == value);
    let wanted = |transfer: &&Transfer| {
        (is("mchid", &transfer.mchid) || is("mchid", transfer.owner()))
            && is("state", transfer.state.as_str())
            && is("out_bill_no", &transfer.out_bill_no)
    };
    let shown = |transfer: &Transfer| shown(&request.base, transfer);
    page(request, world.transfers.iter().rev().filter(wanted), |transfer| &transfer.id, shown)
}

fn get(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    found(world, request, variables).map(|transfer| shown(&request.base, transfer))
}

fn found<'w>(world: &'w World, request: &ControlRequest, variables: &[&str]) -> Result<&'w Transfer, ControlError> {
    numbered(world, request, variables, "transfer", &world.transfers)
}

/// A transfer as the control interface has it.
pub(crate) fn shown(base: &str, transfer: &Transfer) -> Value {
    json!({
        "id": transfer.id,
        "mchid": transfer.mchid,
        "out_bill_no": transfer.out_bill_no,
        "transfer_bill_no": transfer.transfer_bill_no,
        "state": transfer.state.as_str(),
        "amount": transfer.amount,
        "openid": transfer.openid,
        "payer": transfer.payer,
        "user_name": transfer.user_name,
        "scene": transfer.scene,
        "fail_reason": transfer.fail_reason,
        "created_at": transfer.created_at.to_string(),
        "confirm_until": transfer.confirm_until.map(|until| until.to_string()),
        "package_info": transfer.package(),
        "confirm_url": confirm_url(base, transfer),
    })
}

/// The page on which the payer confirms it.
pub(crate) fn confirm_url(base: &str, transfer: &Transfer) -> String {
    format!("{base}/_/confirm/{}", transfer.id)
}

/// What can be done to a transfer in a state.
fn allowed(state: TransferState) -> &'static [&'static str] {
    match state {
        TransferState::WaitUserConfirm => &["confirm", "decline"],
        TransferState::Transfering => &["result"],
        TransferState::Canceling => &["cancelled"],
        _ => &[],
    }
}

/// The id of a transfer that is in the one state in which this can happen to it.
fn in_state(
    world: &World,
    request: &ControlRequest,
    variables: &[&str],
    state: TransferState,
) -> Result<String, ControlError> {
    let transfer = found(world, request, variables)?;
    if transfer.state == state {
        return Ok(transfer.id.clone());
    }
    let text = format!("only a transfer in {} can have this happen to it", state.as_str());
    Err(ControlError::state(transfer.state.as_str(), allowed(transfer.state), text))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirming {
    payer: Option<String>,
}

fn confirm(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let Confirming { payer } = request.body()?;
    let id = in_state(world, request, variables, TransferState::WaitUserConfirm)?;
    if let Some(payer) = payer {
        if !world.payers.contains_key(&payer) {
            return Err(ControlError::not_found(format!("there is no payer {payer}")));
        }
        if world.transfers.by_id(&id).is_some_and(|transfer| transfer.payer != payer) {
            return Err(ControlError::payer_mismatch("the transfer is another payer's"));
        }
    }
    life::confirm(world, now, &id);
    again(world, request, &id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The payer leaves the page: the transfer goes on waiting.
fn decline(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let Nothing {} = request.body()?;
    let id = in_state(world, request, variables, TransferState::WaitUserConfirm)?;
    again(world, request, &id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resulting {
    state: Wanted,
    fail_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Wanted {
    Success,
    Fail,
}

/// What was confirmed arrives, or does not.
fn result(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Resulting = request.body()?;
    let ending = match (wanted.state, wanted.fail_reason) {
        (Wanted::Success, Some(_)) => return Err(ControlError::bad("fail_reason: a transfer that succeeds has none")),
        (Wanted::Success, None) => Ending::Success,
        (Wanted::Fail, reason) => Ending::Fail(reasons::of_transfer(reason, life::OTHER)?),
    };
    let id = in_state(world, request, variables, TransferState::Transfering)?;
    life::end(world, now, &id, ending);
    again(world, request, &id)
}

/// A cancellation that was begun is done.
fn cancelled(
    world: &mut World,
    now: Time,
    request: &ControlRequest,
    variables: &[&str],
) -> Result<Value, ControlError> {
    let Nothing {} = request.body()?;
    let id = in_state(world, request, variables, TransferState::Canceling)?;
    life::end(world, now, &id, Ending::Cancelled);
    again(world, request, &id)
}

fn again(world: &World, request: &ControlRequest, id: &str) -> Result<Value, ControlError> {
    let found =
        world.transfers.by_id(id).ok_or_else(|| ControlError::not_found(format!("there is no transfer {id}")))?;
    Ok(shown(&request.base, found))
}
