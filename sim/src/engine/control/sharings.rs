//! `sharings`: what became of them, and ending their shares by hand.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::products::sharing::result::{self, Ending};
use super::super::sharings::{Share, ShareResult, Sharing};
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::reasons;
use super::reference::numbered;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] =
    &[("GET", "sharings", list), ("GET", "sharings/{ref}", get), ("POST", "sharings/{ref}/result", result)];

fn list(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let is = |name: &str, value: &str| request.parameter(name).is_none_or(|wanted| wanted == value);
    let wanted = |sharing: &&Sharing| {
        is("mchid", &sharing.mchid)
            && is("state", sharing.state.as_str())
            && is("order", &sharing.order)
            && is("out_order_no", &sharing.out_order_no)
    };
    page(request, world.sharings.iter().rev().filter(wanted), |sharing| &sharing.id, shown)
}

fn get(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    numbered(world, request, variables, "sharing", &world.sharings).map(shown)
}

fn shown(sharing: &Sharing) -> Value {
    json!({
        "id": sharing.id,
        "mchid": sharing.mchid,
        "order": sharing.order,
        "order_id": sharing.order_id,
        "out_order_no": sharing.out_order_no,
        "state": sharing.state.as_str(),
        "receivers": sharing.shares.iter().map(of_share).collect::<Vec<_>>(),
    })
}

fn of_share(share: &Share) -> Value {
    json!({
        "type": share.kind.as_str(),
        "account": share.account,
        "amount": share.amount,
        "result": share.result.as_str(),
        "fail_reason": share.fail_reason,
        "detail_id": share.detail_id,
        "done_at": share.done_at.map(|at| at.to_string()),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resulting {
    account: Option<String>,
    result: Wanted,
    fail_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Wanted {
    Success,
    Closed,
}

/// Ends the share of one receiver, or of all whose share is on its way.
fn result(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Resulting = request.body()?;
    let ending = match (wanted.result, wanted.fail_reason) {
        (Wanted::Success, Some(_)) => return Err(ControlError::bad("fail_reason: a share that succeeds has none")),
        (Wanted::Success, None) => Ending::Success,
        (Wanted::Closed, reason) => Ending::Closed(reasons::of_share(reason, result::OTHER)?),
    };
    let sharing = numbered(world, request, variables, "sharing", &world.sharings)?;
    let is_meant = |share: &Share| wanted.account.as_ref().is_none_or(|account| *account == share.account);
    let mut meant = sharing.shares.iter().filter(|share| is_meant(share)).peekable();
    if let (None, Some(account)) = (meant.peek(), &wanted.account) {
        return Err(ControlError::not_found(format!("{} has no receiver {account}", sharing.id)));
    }
    if !meant.any(|share| share.result == ShareResult::Pending) {
        let text = "only a share in PENDING gets a result";
        return Err(ControlError::state(sharing.state.as_str(), &[], text));
    }
    let id = sharing.id.clone();
    result::end(world, now, &id, |_, share| Some(ending.clone()).filter(|_| is_meant(share)));
    world.sharings.by_id(&id).map(shown).ok_or_else(|| ControlError::not_found("the sharing is gone"))
}
