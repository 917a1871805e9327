//! `receivers`: with whom merchants may share.

use serde_json::{Value, json};

use super::super::receivers::Receiver;
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("GET", "receivers", list)];

fn list(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let wanted = request.parameter("mchid");
    let is_meant = |receiver: &&Receiver| {
        wanted.is_none_or(|mchid| mchid == receiver.mchid || Some(mchid) == receiver.sub_mchid.as_deref())
    };
    let mut found: Vec<&Receiver> = world.receivers.iter().filter(is_meant).collect();
    // Ids have the number of their making at their end.
    let number = |receiver: &Receiver| receiver.id.rsplit('_').next().and_then(|number| number.parse::<u64>().ok());
    found.sort_by_key(|receiver| std::cmp::Reverse(number(receiver)));
    page(request, found.into_iter(), |receiver| &receiver.id, shown)
}

fn shown(receiver: &Receiver) -> Value {
    json!({
        "id": receiver.id,
        "mchid": receiver.mchid,
        "sub_mchid": receiver.sub_mchid,
        "type": receiver.kind.as_str(),
        "account": receiver.account,
        "name": receiver.name,
        "relation_type": receiver.relation_type,
        "custom_relation": receiver.custom_relation,
        "created_at": receiver.created_at.to_string(),
    })
}
