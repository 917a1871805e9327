//! Steps 12 and 13, as far as every product has them: the merchant of the body, its apps and its sub-merchants.

use serde_json::Value;

use super::stop::Stop;
use crate::engine::answer::Refusal;
use crate::engine::call::Call;
use crate::engine::merchants::{MerchantKind, Status};
use crate::engine::rules::Rules;
use crate::engine::world::World;

/// Members that name the merchant who signs.
const OWN: [&str; 3] = ["mchid", "sp_mchid", "combine_mchid"];

/// Step 12: who signs is who is named.
pub(crate) fn named(call: &Call, rules: &Rules) -> Result<(), Stop> {
    let body = call.body.as_object();
    let of_body = |name: &str| body.and_then(|body| body.get(name)).and_then(Value::as_str);
    let values = |name| [of_body(name), call.parameter(name)].into_iter().flatten();
    // What the partner family calls `mchid` in a path or beside `sp_mchid` is somebody else.
    let names: &[&str] = if of_body("sp_mchid").or(call.parameter("sp_mchid")).is_some() { &OWN[1..] } else { &OWN };
    match names
        .iter()
        .flat_map(|name| values(name).map(move |value| (name, value)))
        .find(|(_, value)| *value != call.mchid)
    {
        None => Ok(()),
        Some((name, value)) => {
            let stop = Stop::new("12", "mchid", rules.refusal("mismatch.mchid"));
            Err(stop.hint(format!("{name} is {value}, the signature is that of {}", call.mchid)))
        }
    }
}

/// Step 13, the common part.
pub(crate) fn check(world: &World, call: &Call) -> Result<(), Stop> {
    let Some(merchant) = world.merchants.get(&call.mchid) else {
        return Err(stop("merchant", Refusal::new(400, "MCH_NOT_EXISTS", "商户号不存在")));
    };
    if merchant.status == Status::Closed {
        return Err(stop("closed", Refusal::new(403, "NO_AUTH", "商户号该产品权限未开通")));
    }
    let app = ["appid", "sp_appid", "combine_appid"].iter().map(|name| member(call, name)).find(|app| !app.is_empty());
    if let Some(app) = app.filter(|app| !merchant.has_appid(app)) {
        let refusal = Refusal::new(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配").internal(268_445_527);
        return Err(stop("appid", refusal).hint(format!("{app} is not bound to {}", call.mchid)));
    }
    match member(call, "sub_mchid") {
        "" if merchant.kind == MerchantKind::Partner && call.template == REFUNDS => {
            let refusal = Refusal::invalid("受理机构必须传入sub_mch_id").internal(268_443_704);
            Err(stop("sub_mchid", refusal))
        }
        "" => Ok(()),
        _ if merchant.kind != MerchantKind::Partner => Ok(()),
        sub => related(world, call, sub),
    }
}

const REFUNDS: &str = "v3/refund/domestic/refunds";

/// Whether a sub-merchant is the partner's.
fn related(world: &World, call: &Call, sub: &str) -> Result<(), Stop> {
    if sub == call.mchid {
        let refusal = Refusal::invalid("子商户mchid不能与自身mchid相同").internal(268_443_705);
        return Err(stop("sub_mchid", refusal));
    }
    let Some(known) = world.merchants.get(sub) else {
        let status = if call.template.starts_with("v3/refund") { 404 } else { 400 };
        return Err(stop("sub_mchid", Refusal::new(status, "MCH_NOT_EXISTS", "子商户号不存在")));
    };
    if known.parent.as_deref() != Some(&call.mchid) {
        return Err(stop("relation", world.rules.refusal("partner.relation")));
    }
    let (app, own) = (member(call, "sub_appid"), ["sp_appid", "appid"].map(|name| member(call, name)));
    if !app.is_empty() && own.contains(&app) {
        return Err(stop("sub_appid", Refusal::invalid("sub_appid不能与sp_appid相同")));
    }
    if !app.is_empty() && !known.has_appid(app) {
        return Err(stop("sub_appid", Refusal::invalid("sub_mch_id与sub_appid不匹配")));
    }
    Ok(())
}

/// A member of the body, else of the query; empty if neither has it.
fn member<'c>(call: &'c Call, name: &str) -> &'c str {
    let of_body = call.body.get(name).and_then(Value::as_str);
    of_body.or_else(|| call.parameter(name)).unwrap_or_default()
}

fn stop(why: &str, refusal: Refusal) -> Stop {
    Stop::new("13", why, refusal)
}
