//! Where complaints are told: an address that a merchant makes, reads, changes and takes away.

use serde_json::json;

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::Call;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::parties::merchant;
use super::super::table::Route;

const PATH: &str = "v3/merchant-service/complaint-notifications";

pub(crate) const ROUTES: &[Route] =
    &[("POST", PATH, create), ("GET", PATH, read), ("PUT", PATH, change), ("DELETE", PATH, remove)];

fn create(world: &mut World, _now: Time, call: &Call) -> Outcome {
    match address(world, call)? {
        Some(_) => Err(world.rules.refusal("complaint.address_exists")),
        None => Ok(set(world, call)),
    }
}

fn read(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let url = address(world, call)?.ok_or_else(|| unknown(world))?;
    Ok(Answer::json(200, json!({"mchid": call.mchid, "url": url})))
}

fn change(world: &mut World, _now: Time, call: &Call) -> Outcome {
    match address(world, call)? {
        Some(_) => Ok(set(world, call)),
        None => Err(unknown(world)),
    }
}

fn remove(world: &mut World, _now: Time, call: &Call) -> Outcome {
    address(world, call)?.ok_or_else(|| unknown(world))?;
    if let Some(merchant) = world.merchants.get_mut(&call.mchid) {
        merchant.complaint_notify_url = None;
    }
    Ok(Answer::empty())
}

fn address(world: &World, call: &Call) -> Result<Option<String>, Refusal> {
    merchant(world, &call.mchid).map(|merchant| merchant.complaint_notify_url.clone())
}

fn unknown(world: &World) -> Refusal {
    world.rules.refusal("complaint.address_unknown")
}

fn set(world: &mut World, call: &Call) -> Answer {
    let url = call.text("/url");
    if let Some(merchant) = world.merchants.get_mut(&call.mchid) {
        merchant.complaint_notify_url = Some(url.to_owned());
    }
    Answer::json(200, json!({"mchid": call.mchid, "url": url}))
}
