//! Receivers are added and deleted: with whom a merchant may share.

use serde_json::{Map, Value};

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::Call;
use super::super::super::effect::Kind;
use super::super::super::ledger::Account;
use super::super::super::openids::{self, Owner as OpenidOwner};
use super::super::super::receivers::{Owner, Receiver};
use super::super::super::sharings::ReceiverKind;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::parties as all_parties;
use super::parties;

pub(super) fn add(world: &mut World, now: Time, call: &Call) -> Outcome {
    let (owner, kind) = (checked(world, call)?, kind(call)?);
    all_parties::may_begin(world, call)?;
    let known = world.receivers.find(&owner, kind, call.text("/account"));
    let receiver = match known {
        Some(known) => known.clone(),
        None => {
            check(world, call, &owner, kind)?;
            note(world, now, call, owner, kind)
        }
    };
    Ok(Answer::json(200, Value::Object(shown(&receiver))).about(receiver.id))
}

pub(super) fn delete(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let (owner, kind) = (checked(world, call)?, kind(call)?);
    let removed = world.receivers.remove(&owner, kind, call.text("/account"));
    if let Some(removed) = removed {
        world.changed(Kind::Sharing, &removed.id, "receiver deleted");
    }
    Ok(Answer::json(200, Value::Object(named(owner.1.as_ref(), kind, call.text("/account")))))
}

fn kind(call: &Call) -> Result<ReceiverKind, Refusal> {
    let kind = ReceiverKind::parse(call.text("/type"));
    kind.ok_or_else(|| Refusal::param("/type", "body", "分账接收方类型不正确"))
}

/// Whose receivers, and whether the apps are theirs.
fn checked(world: &World, call: &Call) -> Result<Owner, Refusal> {
    let owner = parties::owner(world, call, call.text("/sub_mchid"))?;
    match all_parties::merchant(world, &call.mchid)?.has_appid(call.text("/appid")) {
        true => Ok(owner),
        false => Err(all_parties::appid_mismatch()),
    }
}

fn check(world: &World, call: &Call, owner: &Owner, kind: ReceiverKind) -> Result<(), Refusal> {
    let account = call.text("/account");
    let param = |field: &str, text: &str| Err(Refusal::param(field, "body", text));
    if call.text("/relation_type") == "CUSTOM" && call.text("/custom_relation").is_empty() {
        return param("/custom_relation", "自定义的分账关系必填");
    }
    if world.receivers.count(owner) >= usize::try_from(world.rules.number("sharing.relations")).unwrap_or_default() {
        return Err(world.rules.refusal("sharing.relations_refused"));
    }
    if kind == ReceiverKind::MerchantId {
        if account == parties::payer(owner) {
            return param("/account", "分账接收方不能是分账方");
        }
        return all_parties::merchant(world, account).map(|_| ());
    }
    let Some(appid) = appid(call, kind) else {
        return param("/sub_appid", "个人sub_openid的分账接收方必须传入sub_appid");
    };
    all_parties::check_openid(world, appid, account, owner.1.is_some())?;
    match openids::owner(world, appid, account) {
        OpenidOwner::Payer(payer) => is_named(world, &payer, call.text("/name")),
        OpenidOwner::ElsewhereOnly | OpenidOwner::Nobody => Ok(()),
    }
}

/// The app that knows the receiver by the openid.
fn appid(call: &Call, kind: ReceiverKind) -> Option<&str> {
    let name = if kind == ReceiverKind::PersonalSubOpenid { "/sub_appid" } else { "/appid" };
    Some(call.text(name)).filter(|appid| !appid.is_empty())
}

/// Whether a payer has that real name; one that is not known is not compared.
pub(super) fn is_named(world: &World, payer: &str, name: &str) -> Result<(), Refusal> {
    let real = world.payers.get(payer).map_or("", |payer| payer.real_name.as_str());
    match name.is_empty() || real.is_empty() || name == real {
        true => Ok(()),
        false => Err(world.rules.refusal("sharing.name")),
    }
}

fn note(world: &mut World, now: Time, call: &Call, owner: Owner, kind: ReceiverKind) -> Receiver {
    let id = world.ids.own("rcv");
    let some = |pointer| Some(call.text(pointer)).filter(|text| !text.is_empty()).map(str::to_owned);
    let account = call.text("/account");
    let to = match appid(call, kind) {
        Some(appid) if kind != ReceiverKind::MerchantId => {
            Account::Wallet(openids::take_in(world, now, appid, account).unwrap_or_default())
        }
        _ => Account::Basic(account.to_owned()),
    };
    let (mchid, sub_mchid) = owner;
    let receiver = Receiver {
        id: id.clone(),
        mchid,
        sub_mchid,
        kind,
        account: account.to_owned(),
        to,
        name: some("/name"),
        relation_type: call.text("/relation_type").to_owned(),
        custom_relation: some("/custom_relation"),
        created_at: now,
    };
    world.receivers.insert(receiver.clone());
    world.changed(Kind::Sharing, &id, "receiver added");
    receiver
}

fn named(sub_mchid: Option<&String>, kind: ReceiverKind, account: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    if let Some(sub_mchid) = sub_mchid {
        shown.insert("sub_mchid".to_owned(), sub_mchid.as_str().into());
    }
    shown.insert("type".to_owned(), kind.as_str().into());
    shown.insert("account".to_owned(), account.into());
    shown
}

/// As it was added first; the name is sealed on its way out.
fn shown(receiver: &Receiver) -> Map<String, Value> {
    let mut shown = named(receiver.sub_mchid.as_ref(), receiver.kind, &receiver.account);
    let all = [
        ("name", receiver.name.as_ref()),
        ("relation_type", Some(&receiver.relation_type)),
        ("custom_relation", receiver.custom_relation.as_ref()),
    ];
    shown.extend(all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.as_str().into()))));
    shown
}
