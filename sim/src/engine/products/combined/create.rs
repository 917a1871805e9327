//! Placing a combined order: JSAPI, Native, H5, App.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::super::answer::{Outcome, Refusal};
use super::super::super::call::{Call, Version};
use super::super::super::combined::Role;
use super::super::super::effect::Kind;
use super::super::super::orders::{Order, TradeType};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::order_create::{self, Repeat};
use super::super::table::Route;
use super::parties;
use super::request::{self, Sub};

pub(crate) const ROUTES: &[Route] = &[
    ("POST", "v3/combine-transactions/jsapi", jsapi),
    ("POST", "v3/combine-transactions/native", native),
    ("POST", "v3/combine-transactions/h5", h5),
    ("POST", "v3/combine-transactions/app", app),
];

fn jsapi(world: &mut World, now: Time, call: &Call) -> Outcome {
    create(world, now, call, TradeType::Jsapi)
}

fn native(world: &mut World, now: Time, call: &Call) -> Outcome {
    create(world, now, call, TradeType::Native)
}

fn h5(world: &mut World, now: Time, call: &Call) -> Outcome {
    create(world, now, call, TradeType::Mweb)
}

fn app(world: &mut World, now: Time, call: &Call) -> Outcome {
    create(world, now, call, TradeType::App)
}

fn create(world: &mut World, now: Time, call: &Call, trade_type: TradeType) -> Outcome {
    let subs = request::subs(call);
    parties::check(world, call, &subs, trade_type)?;
    let id = match known(world, call, trade_type)? {
        Some(id) => id,
        None => {
            free(world, call, &subs)?;
            insert(world, now, call, trade_type, &subs)
        }
    };
    let credential = order_create::credential(world, now, call, trade_type, None);
    order_create::renew(world, &id, credential.clone());
    let answer = order_create::answered(&credential, id);
    Ok(match subs.iter().any(|sub| sub.has_subsidy()) {
        true => answer.warn("combine.subsidy", "subsidy_amount is taken and moves no money here"),
        false => answer,
    })
}

/// The order that has this number and may be placed again, if there is one.
fn known(world: &World, call: &Call, trade_type: TradeType) -> Result<Option<String>, Refusal> {
    let number = call.text("/combine_out_trade_no");
    if world.burnt_combined.contains(&(call.mchid.clone(), number.to_owned())) {
        return Err(Repeat::Changed.refusal(world, Version::V3));
    }
    let Some(order) = world.orders.by_combined(&call.mchid, number) else { return Ok(None) };
    let refuse = |why: Repeat| why.refusal(world, Version::V3).about(order.id.as_str());
    if order.trade_type != trade_type {
        return Err(refuse(Repeat::Type));
    }
    if !order_create::is_same(order, call) {
        return Err(match differs_in_settlement_alone(order, call) {
            true => world.rules.refusal("combine.settle_changed").about(order.id.as_str()),
            false => refuse(Repeat::Changed),
        });
    }
    order_create::standing(order).map(|()| Some(order.id.to_string())).map_err(refuse)
}

/// Whether nothing but what is said of the settlement is another than before.
fn differs_in_settlement_alone(order: &Order, call: &Call) -> bool {
    let before: Value = serde_json::from_str(&order.request).unwrap_or_default();
    unsettled(before) == unsettled(call.body.clone())
}

/// A request without what it says of the settlement.
fn unsettled(mut body: Value) -> Value {
    for sub in body.get_mut("sub_orders").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(members) = sub.as_object_mut() {
            members.remove("settle_info");
            members.remove("profit_sharing");
        }
    }
    body
}

/// Whether nobody used the sub-orders' numbers yet, in this request or before.
fn free(world: &World, call: &Call, subs: &[Sub]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for sub in subs {
        let (mchid, number) = sub.number();
        if world.burnt.contains(&(mchid.to_owned(), number.to_owned())) {
            return Err(Repeat::Changed.refusal(world, call.version));
        }
        let used = world.orders.by_number(mchid, number);
        if let Some(order) = used {
            return Err(Repeat::Type.refusal(world, call.version).about(order.id.as_str()));
        }
        if !seen.insert((mchid, number)) {
            return Err(Repeat::Type.refusal(world, call.version));
        }
    }
    Ok(())
}

fn insert(world: &mut World, now: Time, call: &Call, trade_type: TradeType, subs: &[Sub]) -> String {
    let id = world.ids.own("ord");
    let mut whole = whole(Order::unpaid(id.clone(), Version::V3, trade_type, now), call, subs);
    whole.payer = order_create::payer(world, now, &whole).map(Into::into);
    whole.expires_at = order_create::expiry(world, now, call, Time::parse(call.text("/time_expire")));
    let mut ids = Vec::new();
    for sub in subs {
        let id = world.ids.own("ord");
        ids.push(id.clone());
        world.orders.insert(part(Order::unpaid(id.clone(), Version::V3, trade_type, now), &whole, *sub));
        world.changed(Kind::Order, &id, "created");
    }
    whole.role = Role::Combined(ids);
    order_create::take_up(world, now, whole);
    id
}

/// The combined order, but for its sub-orders.
fn whole(order: Order, call: &Call, subs: &[Sub]) -> Order {
    let some = |text: &str| (!text.is_empty()).then(|| text.into());
    let (openid, sub_openid) = parties::openids_of(call);
    let first = subs.first();
    Order {
        mchid: call.mchid.clone().into(),
        appid: call.text("/combine_appid").into(),
        sub_appid: sub_openid.and_then(|_| parties::sub_appid(subs)).map(Into::into),
        out_trade_no: call.text("/combine_out_trade_no").into(),
        total: subs.iter().map(|sub| sub.total()).sum(),
        currency: first.map_or("CNY", |sub| sub.currency()).into(),
        description: first.map_or("", |sub| sub.text("description")).into(),
        notify_url: call.text("/notify_url").into(),
        openid: openid.map(Into::into),
        sub_openid: sub_openid.map(Into::into),
        request: order_create::comparable(call).into(),
        device: some(call.text("/scene_info/device_id")),
        ..order
    }
}

/// A sub-order of a combined one: its merchant's order, paid with the others.
fn part(order: Order, whole: &Order, sub: Sub) -> Order {
    let own = |name: &str| sub.some(name).map(Into::into);
    Order {
        mchid: sub.text("mchid").into(),
        sub_mchid: own("sub_mchid"),
        appid: whole.appid.clone(),
        sub_appid: own("sub_appid"),
        out_trade_no: sub.text("out_trade_no").into(),
        total: sub.total(),
        currency: sub.currency().into(),
        description: sub.text("description").into(),
        attach: own("attach"),
        profit_sharing: sub.profit_sharing(),
        openid: whole.openid.clone(),
        device: whole.device.clone(),
        expires_at: whole.expires_at,
        role: Role::Sub(whole.id.as_str().into()),
        ..order
    }
}
