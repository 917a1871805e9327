//! Who takes part in an order: merchant, app, partner, payer; and whether they may.

use super::super::answer::Refusal;
use super::super::call::{Call, Version};
use super::super::merchants::{Merchant, MerchantKind, Status};
use super::super::openids::{self, Owner};
use super::super::world::World;

/// The parties that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parties {
    /// The merchant whose number it is: the ordinary one, or the partner.
    pub(super) mchid: String,
    pub(super) sub_mchid: Option<String>,
    pub(super) appid: String,
    pub(super) sub_appid: Option<String>,
}

/// Those of a request, checked: the merchant may use the product and has the app, a partner and its sub-merchant belong together.
///
/// # Errors
///
/// The refusals of a request's last common step, in the gateway's order.
pub(super) fn parties(world: &World, call: &Call, product: &str) -> Result<Parties, Refusal> {
    let partner = call.is_partner();
    let (appid, sub_appid, sub_mchid) = match (call.version, partner) {
        (Version::V2, _) => (call.text("/appid"), call.text("/sub_appid"), call.text("/sub_mch_id")),
        (Version::V3, true) => (call.text("/sp_appid"), call.text("/sub_appid"), call.text("/sub_mchid")),
        (Version::V3, false) => (call.text("/appid"), "", ""),
    };
    let merchant = merchant(world, &call.mchid)?;
    if merchant.status != Status::Normal || !merchant.may_use(product) {
        return Err(no_auth(call.version));
    }
    if !merchant.has_appid(appid) {
        return Err(appid_mismatch());
    }
    if partner {
        check_sub(world, merchant, sub_mchid, sub_appid)?;
        if sub_appid == appid {
            return Err(Refusal::invalid("sub_appid不能与sp_appid相同"));
        }
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(Parties {
        mchid: call.mchid.clone(),
        sub_mchid: some(sub_mchid).filter(|_| partner),
        appid: appid.to_owned(),
        sub_appid: some(sub_appid).filter(|_| partner),
    })
}

/// The merchant of that number.
pub(super) fn merchant<'w>(world: &'w World, mchid: &str) -> Result<&'w Merchant, Refusal> {
    world.merchants.get(mchid).ok_or_else(|| Refusal::new(400, "MCH_NOT_EXISTS", "商户号不存在"))
}

pub(super) fn appid_mismatch() -> Refusal {
    Refusal::new(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配").internal(268_445_527)
}

fn no_auth(version: Version) -> Refusal {
    let code = if version == Version::V2 { "NOAUTH" } else { "NO_AUTH" };
    Refusal::new(403, code, "商户号该产品权限未开通")
}

/// The sub-merchant that a partner must name and others must not; whether the product may be used at all.
pub(super) fn sub_merchant(world: &World, call: &Call, product: &str, named: &str) -> Result<Option<String>, Refusal> {
    let merchant = may_use(world, call, product)?;
    if merchant.kind != MerchantKind::Partner && named.is_empty() {
        return Ok(None);
    }
    check_sub(world, merchant, named, "")?;
    Ok(Some(named.to_owned()))
}

/// The merchant who calls, if it may use the product.
pub(super) fn may_use<'w>(world: &'w World, call: &Call, product: &str) -> Result<&'w Merchant, Refusal> {
    let merchant = merchant(world, &call.mchid)?;
    match merchant.status != Status::Closed && merchant.may_use(product) {
        true => Ok(merchant),
        false => Err(no_auth(call.version)),
    }
}

/// Whether a merchant may begin anything new: one that is restricted may only look at what is, and end it.
pub(super) fn may_begin(world: &World, call: &Call) -> Result<(), Refusal> {
    match merchant(world, &call.mchid)?.status {
        Status::Normal => Ok(()),
        Status::Restricted | Status::Closed => Err(no_auth(call.version)),
    }
}

/// Whether a sub-merchant is this partner's, and the app its own.
pub(super) fn check_sub(world: &World, partner: &Merchant, sub_mchid: &str, sub_appid: &str) -> Result<(), Refusal> {
    if sub_mchid.is_empty() {
        return Err(Refusal::invalid("受理机构必须传入sub_mch_id").internal(268_443_704));
    }
    if sub_mchid == partner.mchid {
        return Err(Refusal::invalid("子商户mchid不能与自身mchid相同").internal(268_443_705));
    }
    let sub = merchant(world, sub_mchid)?;
    if sub.kind != MerchantKind::Sub || sub.parent.as_deref() != Some(partner.mchid.as_str()) {
        return Err(world.rules.refusal("partner.relation"));
    }
    match sub_appid.is_empty() || sub.has_appid(sub_appid) {
        true => Ok(()),
        false => Err(Refusal::invalid("sub_mch_id与sub_appid不匹配")),
    }
}

/// The openids of a request that needs one: whose they are is looked at, nobody is taken in yet.
pub(super) fn check_openids(world: &World, call: &Call, parties: &Parties) -> Result<(), Refusal> {
    let (openid, sub_openid) = openids_of(call);
    if openid.is_none() && sub_openid.is_none() {
        return Err(Refusal::invalid("JSAPI支付必须传openid").internal(268_501_013));
    }
    for (appid, openid) in [(Some(&parties.appid), openid), (parties.sub_appid.as_ref(), sub_openid)] {
        let Some(openid) = openid else { continue };
        let Some(appid) = appid else { return Err(Refusal::invalid("传入sub_openid时必须传入sub_appid")) };
        check_openid(world, appid, openid, parties.sub_mchid.is_some())?;
    }
    Ok(())
}

/// Whether an openid is of that app, or may be that of somebody whom nobody knows yet.
pub(super) fn check_openid(world: &World, appid: &str, openid: &str, is_partner: bool) -> Result<(), Refusal> {
    let refused = match openids::owner(world, appid, openid) {
        Owner::Payer(_) => false,
        Owner::ElsewhereOnly => true,
        Owner::Nobody => world.settings.openids == "known",
    };
    match (refused, is_partner) {
        (false, _) => Ok(()),
        (true, true) => Err(Refusal::new(500, "OPENID_MISMATCH", "appid与openid不匹配")),
        (true, false) => Err(world.rules.refusal("mismatch.openid")),
    }
}

/// What a request names as `openid` (or `sp_openid`), and as `sub_openid`.
pub(super) fn openids_of(call: &Call) -> (Option<&str>, Option<&str>) {
    let some = |pointer| Some(call.text(pointer)).filter(|text| !text.is_empty());
    match call.version {
        Version::V2 => (some("/openid"), some("/sub_openid")),
        Version::V3 => (some("/payer/openid").or_else(|| some("/payer/sp_openid")), some("/payer/sub_openid")),
    }
}
