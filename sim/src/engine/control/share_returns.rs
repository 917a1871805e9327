//! `returns`: what became of shared money that was asked back, and ending such a request by hand.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::ledger::Account;
use super::super::products::sharing::return_result::{self, Ending};
use super::super::sharings::{ReturnResult, ShareReturn};
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::reasons;
use super::reference::numbered;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] =
    &[("GET", "returns", list), ("GET", "returns/{ref}", get), ("POST", "returns/{ref}/result", result)];

fn list(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let is = |name: &str, value: &str| request.parameter(name).is_none_or(|wanted| wanted == value);
    let wanted = |returned: &&ShareReturn| {
        is("mchid", &returned.mchid)
            && is("result", returned.result.as_str())
            && is("sharing", &returned.sharing)
            && is("out_return_no", &returned.out_return_no)
    };
    let shown = |returned: &ShareReturn| shown(world, returned);
    page(request, world.returns.iter().rev().filter(wanted), |returned| &returned.id, shown)
}

fn get(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    found(world, request, variables).map(|returned| shown(world, returned))
}

fn found<'w>(world: &'w World, request: &ControlRequest, variables: &[&str]) -> Result<&'w ShareReturn, ControlError> {
    numbered(world, request, variables, "return", &world.returns)
}

fn shown(world: &World, returned: &ShareReturn) -> Value {
    let sharing = world.sharings.by_id(&returned.sharing);
    json!({
        "id": returned.id,
        "mchid": returned.mchid,
        "order": sharing.map(|sharing| sharing.order.as_str()),
        "sharing": returned.sharing,
        "out_order_no": sharing.map(|sharing| sharing.out_order_no.as_str()),
        "return_id": returned.return_id,
        "out_return_no": returned.out_return_no,
        "return_mchid": returned.return_mchid,
        "amount": returned.amount,
        "result": returned.result.as_str(),
        "fail_reason": returned.fail_reason,
        "created_at": returned.created_at.to_string(),
        "done_at": returned.done_at.map(|at| at.to_string()),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resulting {
    result: Wanted,
    fail_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Wanted {
    Success,
    Failed,
}

/// Ends a return that is on its way; it cannot succeed if the receiver has too little.
fn result(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Resulting = request.body()?;
    let ending = match (wanted.result, wanted.fail_reason) {
        (Wanted::Success, Some(_)) => return Err(ControlError::bad("fail_reason: a return that succeeds has none")),
        (Wanted::Success, None) => Ending::Success,
        (Wanted::Failed, reason) => Ending::Failed(reasons::of_return(reason, return_result::OTHER)?),
    };
    let returned = found(world, request, variables)?;
    if returned.result != ReturnResult::Processing {
        let text = "only a return in PROCESSING gets a result";
        return Err(ControlError::state(returned.result.as_str(), &[], text));
    }
    let has = world.ledger.balance(&Account::Basic(returned.return_mchid.clone()));
    if ending == Ending::Success && has < returned.amount {
        let text = format!("{} has {has} fen only", returned.return_mchid);
        return Err(ControlError::state(returned.result.as_str(), &["result"], text));
    }
    let id = returned.id.clone();
    return_result::end(world, now, &id, ending);
    world
        .returns
        .by_id(&id)
        .map(|returned| shown(world, returned))
        .ok_or_else(|| ControlError::not_found("the return is gone"))
}
