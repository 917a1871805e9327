//! Who takes part in a combined order, and whether they may.

use super::super::super::answer::Refusal;
use super::super::super::call::Call;
use super::super::super::merchants::{MerchantKind, Status};
use super::super::super::openids::{self, Owner};
use super::super::super::orders::TradeType;
use super::super::super::world::World;
use super::super::parties::{appid_mismatch, check_sub, merchant, no_auth};
use super::request::{self, Sub};

/// Looks at the merchant who combines, at that of each sub-order, and at the payer.
///
/// # Errors
///
/// The refusals of a request's last common step, in the gateway's order.
pub(super) fn check(world: &World, call: &Call, subs: &[Sub], trade_type: TradeType) -> Result<(), Refusal> {
    let combining = merchant(world, &call.mchid)?;
    let is_partner = combining.kind == MerchantKind::Partner;
    request::check(world, call, subs, is_partner)?;
    if combining.status != Status::Normal || !combining.may_use("combine") {
        return Err(no_auth(call.version));
    }
    let appid = call.text("/combine_appid");
    if !combining.has_appid(appid) {
        return Err(appid_mismatch());
    }
    subs.iter().try_for_each(|sub| check_one(world, call, *sub, appid, is_partner))?;
    payer(world, call, subs, trade_type)
}

/// A sub-order's merchant is known, may be paid, and has the app; a partner's has a sub-merchant that is its own.
fn check_one(world: &World, call: &Call, sub: Sub, appid: &str, is_partner: bool) -> Result<(), Refusal> {
    let owner = merchant(world, sub.text("mchid"))?;
    if owner.status != Status::Normal {
        return Err(no_auth(call.version));
    }
    if !owner.has_appid(appid) {
        return Err(appid_mismatch());
    }
    if !is_partner {
        return Ok(());
    }
    check_sub(world, owner, sub.text("sub_mchid"), sub.text("sub_appid"))?;
    match sub.some("sub_appid").is_some_and(|other| other == appid) {
        true => Err(Refusal::invalid("sub_appid不能与combine_appid相同")),
        false => Ok(()),
    }
}

/// The app whose `sub_openid` the request names: that of the first sub-order that has one.
pub(super) fn sub_appid<'c>(subs: &[Sub<'c>]) -> Option<&'c str> {
    subs.iter().find_map(|sub| sub.some("sub_appid"))
}

/// What a request names as `openid`, and as `sub_openid`.
pub(super) fn openids_of(call: &Call) -> (Option<&str>, Option<&str>) {
    let some = |pointer| Some(call.text(pointer)).filter(|text| !text.is_empty());
    (some("/combine_payer_info/openid"), some("/combine_payer_info/sub_openid"))
}

/// The payer is named where that is due, and by the apps that know it.
fn payer(world: &World, call: &Call, subs: &[Sub], trade_type: TradeType) -> Result<(), Refusal> {
    let (openid, sub_openid) = openids_of(call);
    if trade_type == TradeType::Jsapi && openid.is_none() && sub_openid.is_none() {
        return Err(Refusal::invalid("JSAPI支付必须传openid").internal(268_501_013));
    }
    let named = [(Some(call.text("/combine_appid")), openid), (sub_appid(subs), sub_openid)];
    for (appid, openid) in named {
        let Some(openid) = openid else { continue };
        let Some(appid) = appid else { return Err(Refusal::invalid("传入sub_openid时必须传入sub_appid")) };
        let is_known = match openids::owner(world, appid, openid) {
            Owner::Payer(_) => true,
            Owner::ElsewhereOnly => false,
            Owner::Nobody => world.settings.openids != "known",
        };
        if !is_known {
            return Err(Refusal::new(500, "OPENID_MISMATCH", "appid与openid不匹配"));
        }
    }
    Ok(())
}
