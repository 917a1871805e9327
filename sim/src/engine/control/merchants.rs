//! `merchants`: who they are and what they may do. Their keys are the shell's.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::super::effect::Kind;
use super::super::ledger::Account;
use super::super::merchants::{AppId, Merchant, MerchantKind, Serial};
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "merchants", list),
    ("POST", "merchants", create),
    ("GET", "merchants/{mchid}", get),
    ("PATCH", "merchants/{mchid}", patch),
    ("DELETE", "merchants/{mchid}", remove),
    ("DELETE", "merchants/{mchid}/certificates/{serial}", revoke),
    ("DELETE", "merchants/{mchid}/api_v3_key", unset),
];

/// Products that a merchant may be given.
const PRODUCTS: [&str; 10] =
    ["jsapi", "native", "h5", "app", "combine", "codepay", "refund", "transfer", "sharing", "bill"];

/// So many API certificates may be valid at once.
pub(crate) const MOST_CERTIFICATES: usize = 3;

fn list(world: &mut World, now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let world = &*world;
    let newest_first = world.merchants.values().rev();
    page(request, newest_first, |merchant| &merchant.mchid, |merchant| json(world, request.wall, now, merchant))
}

fn get(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let merchant = find(world, variables)?;
    Ok(json(world, request.wall, now, merchant))
}

fn create(world: &mut World, now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let mut members: Map<String, Value> = request.body()?;
    let mchid: String = taken(&mut members, "mchid")?.ok_or_else(|| ControlError::bad("mchid: it is missing"))?;
    let kind: MerchantKind = taken(&mut members, "kind")?.ok_or_else(|| ControlError::bad("kind: it is missing"))?;
    let parent: Option<String> = taken(&mut members, "parent")?;
    let right = (8..=12).contains(&mchid.len()) && mchid.bytes().all(|byte| byte.is_ascii_digit());
    if !right {
        return Err(ControlError::bad("mchid: expected 8 to 12 digits"));
    }
    if world.merchants.contains_key(&mchid) {
        return Err(ControlError::state("known", &["PATCH"], format!("there is a merchant {mchid} already")));
    }
    let partner = parent.as_ref().and_then(|parent| world.merchants.get(parent));
    let has_partner = partner.is_some_and(|partner| partner.kind == MerchantKind::Partner);
    if (kind == MerchantKind::Sub) != has_partner || has_partner != parent.is_some() {
        return Err(ControlError::bad("parent: expected the number of a partner for a sub-merchant, and of no other"));
    }
    let mut merchant = Merchant::new(&mchid, kind, parent.as_deref(), Vec::new());
    members.into_iter().try_for_each(|(name, value)| set(&mut merchant, &name, value))?;
    let answer = json(world, request.wall, now, &merchant);
    world.merchants.insert(mchid.clone(), merchant);
    world.changed(Kind::Settings, &mchid, "merchant created");
    Ok(answer)
}

fn patch(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let members: Map<String, Value> = request.body()?;
    let mut merchant = find(world, variables)?.clone();
    members.into_iter().try_for_each(|(name, value)| set(&mut merchant, &name, value))?;
    let (mchid, answer) = (merchant.mchid.clone(), json(world, request.wall, now, &merchant));
    world.merchants.insert(mchid.clone(), merchant);
    world.changed(Kind::Settings, &mchid, "merchant changed");
    Ok(answer)
}

fn remove(world: &mut World, _: Time, _: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let mchid = find(world, variables)?.mchid.clone();
    if let Some(sub) = world.merchants.values().find(|sub| sub.parent.as_deref() == Some(&mchid)) {
        let message = format!("{mchid} has sub-merchants, such as {}", sub.mchid);
        return Err(ControlError::state("parent", &[], message));
    }
    if world.orders.iter().any(|order| order.mchid == mchid || order.sub_mchid.as_deref() == Some(&mchid)) {
        return Err(ControlError::state("in_use", &[], format!("{mchid} has orders")));
    }
    if world.transfers.iter().any(|transfer| transfer.mchid == mchid || transfer.owner() == mchid) {
        return Err(ControlError::state("in_use", &[], format!("{mchid} has transfers")));
    }
    world.merchants.remove(&mchid);
    world.changed(Kind::Settings, &mchid, "merchant removed");
    Ok(Value::Null)
}

fn revoke(world: &mut World, _: Time, _: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let mchid = find(world, variables)?.mchid.clone();
    let wanted = variables.get(1).copied().unwrap_or_default();
    let serials = world.merchants.get_mut(&mchid).map(|merchant| &mut merchant.serials);
    let found = serials.and_then(|all| all.iter_mut().find(|known| known.serial.eq_ignore_ascii_case(wanted)));
    let known = found.ok_or_else(|| ControlError::not_found(format!("{mchid} has no certificate {wanted}")))?;
    known.revoked = true;
    world.changed(Kind::Settings, &mchid, "certificate revoked");
    Ok(Value::Null)
}

fn unset(world: &mut World, _: Time, _: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let mchid = find(world, variables)?.mchid.clone();
    world.merchants.entry(mchid.clone()).and_modify(|merchant| merchant.has_api_v3_key = false);
    world.changed(Kind::Settings, &mchid, "api_v3_key unset");
    Ok(Value::Null)
}

/// A member that says who the merchant is; it is taken out.
fn taken<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &str) -> Result<Option<T>, ControlError> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(name, value).map(Some),
    }
}

fn read<T: DeserializeOwned>(name: &str, value: Value) -> Result<T, ControlError> {
    serde_json::from_value(value).map_err(|error| ControlError::bad(format!("{name}: {error}")))
}

/// Changes one member.
fn set(merchant: &mut Merchant, name: &str, value: Value) -> Result<(), ControlError> {
    match name {
        "appids" => merchant.appids = read::<Vec<AppId>>(name, value)?,
        "products" => {
            let products: Option<BTreeSet<String>> = read(name, value)?;
            let unknown = products.iter().flatten().find(|product| !PRODUCTS.contains(&product.as_str()));
            if let Some(unknown) = unknown {
                return Err(ControlError::bad(format!("products: {unknown:?} is none of {}", PRODUCTS.join(" "))));
            }
            merchant.products = products;
        }
        "key_mode" => merchant.key_mode = read(name, value)?,
        "grey_share" => {
            let share: f64 = read(name, value)?;
            if !(0.0..=1.0).contains(&share) {
                return Err(ControlError::bad("grey_share: expected a number from 0 to 1"));
            }
            merchant.grey_share = share;
        }
        "fee_bp" => merchant.fee_bp = basis_points(name, value)?,
        "share_ratio_bp" => merchant.share_ratio_bp = basis_points(name, value)?,
        "transfer_scenes" => merchant.transfer_scenes = read(name, value)?,
        "refund_notify_url" => merchant.refund_notify_url = read(name, value)?,
        "sharing_notify_url" => merchant.sharing_notify_url = read(name, value)?,
        "complaint_notify_url" => merchant.complaint_notify_url = read(name, value)?,
        "allow_return" => merchant.allow_return = read(name, value)?,
        "status" => merchant.status = read(name, value)?,
        _ => return Err(ControlError::bad(format!("{name}: no such member, or it cannot be set"))),
    }
    Ok(())
}

/// Hundredths of a percent: at most all of it.
fn basis_points(name: &str, value: Value) -> Result<u32, ControlError> {
    let points: u32 = read(name, value)?;
    match points <= 10_000 {
        true => Ok(points),
        false => Err(ControlError::bad(format!("{name}: expected a number from 0 to 10000"))),
    }
}

fn find<'w>(world: &'w World, variables: &[&str]) -> Result<&'w Merchant, ControlError> {
    let mchid = variables.first().copied().unwrap_or_default();
    world.merchants.get(mchid).ok_or_else(|| ControlError::not_found(format!("there is no merchant {mchid}")))
}

/// A merchant as the control interface shows it, without what only the ring knows.
fn json(world: &World, wall: Time, _now: Time, merchant: &Merchant) -> Value {
    let mchid = &merchant.mchid;
    let subs: Vec<&str> = world
        .merchants
        .values()
        .filter(|sub| sub.parent.as_ref() == Some(mchid))
        .map(|sub| sub.mchid.as_str())
        .collect();
    let serial = |known: &Serial| {
        json!({
            "serial": known.serial,
            "not_before": known.not_before.to_string(),
            "not_after": known.not_after.to_string(),
            "revoked": known.revoked,
        })
    };
    let balance = |account: fn(String) -> Account| world.ledger.balance(&account(mchid.clone()));
    json!({
        "mchid": mchid,
        "kind": merchant.kind,
        "parent": merchant.parent,
        "subs": subs,
        "appids": merchant.appids,
        "products": merchant.products,
        "key_mode": merchant.key_mode,
        "grey_share": merchant.grey_share,
        "serials": merchant.serials.iter().map(serial).collect::<Vec<_>>(),
        "serial": merchant.newest(wall).map(|known| known.serial.as_str()),
        "fee_bp": merchant.fee_bp,
        "share_ratio_bp": merchant.share_ratio_bp,
        "transfer_scenes": merchant.transfer_scenes,
        "has_api_v3_key": merchant.has_api_v3_key,
        "refund_notify_url": merchant.refund_notify_url,
        "sharing_notify_url": merchant.sharing_notify_url,
        "complaint_notify_url": merchant.complaint_notify_url,
        "allow_return": merchant.allow_return,
        "status": merchant.status,
        "accounts": {
            "BASIC": {"available": balance(Account::Basic), "frozen": balance(Account::BasicFrozen)},
            "OPERATION": {"available": balance(Account::Operation), "frozen": balance(Account::OperationFrozen)},
            "FEES": {"available": balance(Account::Fees), "frozen": 0},
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engine::clock::Clock;
    use crate::engine::control::table::control;

    fn world() -> World {
        let now = now();
        World::new(7, Clock::Frozen { now }, now)
    }

    fn now() -> Time {
        Time::parse("2026-11-25T10:00:00+08:00").unwrap()
    }

    fn ask(world: &mut World, method: &'static str, path: &str, body: Value) -> Result<Value, ControlError> {
        let (path, query, base) = (path.to_owned(), BTreeMap::new(), String::new());
        control(world, now(), &ControlRequest { method, path, query, body, base, wall: now() })
    }

    #[test]
    fn a_merchant_is_made_changed_and_removed() {
        let mut world = world();
        let sub = json!({"mchid": "1900000099", "kind": "sub", "parent": "1900000010", "fee_bp": 38});
        let made = ask(&mut world, "POST", "merchants", sub).unwrap();
        assert_eq!(
            (&made["kind"], &made["parent"], &made["fee_bp"]),
            (&json!("sub"), &json!("1900000010"), &json!(38))
        );
        let partner = ask(&mut world, "GET", "merchants/1900000010", Value::Null).unwrap();
        assert_eq!(partner["subs"], json!(["1900000011", "1900000012", "1900000099"]));
        let wanted = json!({"key_mode": "grey", "products": ["native"], "refund_notify_url": "http://127.0.0.1/r"});
        let changed = ask(&mut world, "PATCH", "merchants/1900000099", wanted).unwrap();
        assert_eq!((&changed["key_mode"], &changed["products"]), (&json!("grey"), &json!(["native"])));
        let back = json!({"products": null, "refund_notify_url": null});
        let changed = ask(&mut world, "PATCH", "merchants/1900000099", back).unwrap();
        assert_eq!((&changed["products"], &changed["refund_notify_url"]), (&Value::Null, &Value::Null));
        assert_eq!(ask(&mut world, "DELETE", "merchants/1900000099", Value::Null).unwrap(), Value::Null);
        assert_eq!(ask(&mut world, "GET", "merchants/1900000099", Value::Null).unwrap_err().status, 404);
        assert_eq!(ask(&mut world, "DELETE", "merchants/1900000010", Value::Null).unwrap_err().code, "STATE");
    }

    #[test]
    fn what_a_merchant_cannot_be_is_refused_naming_the_member() {
        let mut world = world();
        for (body, member) in [
            (json!({"kind": "merchant"}), "mchid"),
            (json!({"mchid": "1x", "kind": "merchant"}), "mchid"),
            (json!({"mchid": "1900000099"}), "kind"),
            (json!({"mchid": "1900000099", "kind": "shop"}), "kind"),
            (json!({"mchid": "1900000099", "kind": "sub"}), "parent"),
            (json!({"mchid": "1900000099", "kind": "sub", "parent": "1900000001"}), "parent"),
            (json!({"mchid": "1900000099", "kind": "merchant", "parent": "1900000010"}), "parent"),
            (json!({"mchid": "1900000099", "kind": "merchant", "appids": [{"appid": "a"}]}), "appids"),
            (json!({"mchid": "1900000099", "kind": "merchant", "products": ["tea"]}), "products"),
            (json!({"mchid": "1900000099", "kind": "merchant", "grey_share": 2}), "grey_share"),
            (json!({"mchid": "1900000099", "kind": "merchant", "fee_bp": 10_001}), "fee_bp"),
            (json!({"mchid": "1900000099", "kind": "merchant", "serials": []}), "serials"),
        ] {
            let error = ask(&mut world, "POST", "merchants", body.clone()).unwrap_err();
            assert!(error.status == 400 && error.message.starts_with(member), "{body}: {}", error.message);
        }
        assert_eq!(world.merchants.len(), 5);
        let again = json!({"mchid": "1900000001", "kind": "merchant"});
        assert_eq!(ask(&mut world, "POST", "merchants", again).unwrap_err().code, "STATE");
    }

    #[test]
    fn the_newest_valid_certificate_is_the_serial() {
        let mut world = world();
        let at = |hours: i64| now().plus_seconds(hours * 3600);
        let serial = |serial: &str, from, to| Serial {
            serial: serial.to_owned(),
            not_before: at(from),
            not_after: at(to),
            revoked: false,
        };
        let serials = vec![serial("AA", -2, 9), serial("BB", -1, 9), serial("CC", 1, 9)];
        world.merchants.get_mut("1900000001").unwrap().serials = serials;
        let shown =
            |world: &mut World| ask(world, "GET", "merchants/1900000001", Value::Null).unwrap()["serial"].clone();
        assert_eq!(shown(&mut world), "BB");
        ask(&mut world, "DELETE", "merchants/1900000001/certificates/bb", Value::Null).unwrap();
        assert_eq!(shown(&mut world), "AA");
        ask(&mut world, "DELETE", "merchants/1900000001/certificates/AA", Value::Null).unwrap();
        assert_eq!(shown(&mut world), Value::Null);
        let error = ask(&mut world, "DELETE", "merchants/1900000001/certificates/DD", Value::Null).unwrap_err();
        assert_eq!(error.status, 404);
    }

    #[test]
    fn an_apiv3_key_is_unset() {
        let mut world = world();
        ask(&mut world, "DELETE", "merchants/1900000001/api_v3_key", Value::Null).unwrap();
        let shown = ask(&mut world, "GET", "merchants/1900000001", Value::Null).unwrap();
        assert_eq!(shown["has_api_v3_key"], false);
    }
}
