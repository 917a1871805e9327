//! Placing an order: JSAPI (also mini programs), Native, H5, App; by merchants and partners, by either version of the API.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use compact_str::CompactString;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::super::answer::{Answer, Outcome, Refusal};
use super::super::call::{Call, Version};
use super::super::due::Due;
use super::super::effect::Kind;
use super::super::openids;
use super::super::orders::{Credential, CredentialKind, Order, State, TradeType};
use super::super::time::Time;
use super::super::world::World;
use super::parties::{self, Parties};
use super::table::Route;

pub(super) const ROUTES: &[Route] = &[
    ("POST", "v3/pay/transactions/jsapi", jsapi),
    ("POST", "v3/pay/transactions/native", native),
    ("POST", "v3/pay/transactions/h5", h5),
    ("POST", "v3/pay/transactions/app", app),
    ("POST", "v3/pay/partner/transactions/jsapi", jsapi),
    ("POST", "v3/pay/partner/transactions/miniprogram", jsapi),
    ("POST", "v3/pay/partner/transactions/native", native),
    ("POST", "v3/pay/partner/transactions/h5", h5),
    ("POST", "v3/pay/partner/transactions/app", app),
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
    let parties = parties::parties(world, call, product(trade_type))?;
    if trade_type == TradeType::Jsapi {
        parties::check_openids(world, call, &parties)?;
    }
    let new = Draft {
        out_trade_no: call.text("/out_trade_no"),
        total: call.integer("/amount/total").unwrap_or_default(),
        time_expire: Time::parse(call.text("/time_expire")),
        sign_type: None,
        auth_code: None,
    };
    let (id, credential) = place(world, now, call, trade_type, parties, &new)?;
    Ok(answered(&credential, id))
}

/// The answer that has the new credential.
pub(super) fn answered(credential: &Credential, id: String) -> Answer {
    let member = match credential.kind {
        CredentialKind::CodeUrl => "code_url",
        CredentialKind::H5Url => "h5_url",
        CredentialKind::PrepayId | CredentialKind::AuthCode => "prepay_id",
    };
    Answer::json(200, json!({member: credential.value})).about(id)
}

/// What the two versions write differently.
pub(super) struct Draft<'a> {
    pub(super) out_trade_no: &'a str,
    /// Fen.
    pub(super) total: i64,
    /// When it is to end, by the wall clock.
    pub(super) time_expire: Option<Time>,
    /// The sign type of APIv2, for its notification.
    pub(super) sign_type: Option<&'a str>,
    /// The code that a payer shows.
    pub(super) auth_code: Option<&'a str>,
}

/// What merchants are permitted to use, by that name.
pub(super) fn product(trade_type: TradeType) -> &'static str {
    match trade_type {
        TradeType::Jsapi => "jsapi",
        TradeType::Native => "native",
        TradeType::App => "app",
        TradeType::Mweb => "h5",
        TradeType::Micropay => "codepay",
    }
}

/// The new order, or the one that is placed again, with its newest credential.
pub(super) fn place(
    world: &mut World,
    now: Time,
    call: &Call,
    trade_type: TradeType,
    parties: Parties,
    new: &Draft<'_>,
) -> Result<(String, Credential), Refusal> {
    if world.burnt.contains(&(parties.mchid.clone(), new.out_trade_no.to_owned())) {
        return Err(Repeat::Changed.refusal(world, call.version));
    }
    let known = world.orders.by_number(&parties.mchid, new.out_trade_no);
    let known = known.map(|order| (order.id.to_string(), repeat(order, call, trade_type)));
    let id = match known {
        Some((id, Err(why))) => return Err(why.refusal(world, call.version).about(id)),
        Some((id, Ok(()))) => id,
        None => insert(world, now, call, trade_type, parties, new),
    };
    let credential = credential(world, now, call, trade_type, new.auth_code);
    renew(world, &id, credential.clone());
    Ok((id, credential))
}

/// Gives an order its newest credential: a `code_url` that it had is dead.
pub(super) fn renew(world: &mut World, id: &str, credential: Credential) {
    world.orders.update(id, |order| {
        order.credentials.iter_mut().for_each(|old| old.is_dead = old.kind == CredentialKind::CodeUrl);
        order.credentials.push(credential);
    });
}

/// Why an order is not placed again, and what APIv2 calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    Type,
    Changed,
    Closed,
    Paid,
}

impl Repeat {
    pub(super) fn refusal(self, world: &World, version: Version) -> Refusal {
        let (rule, code) = match self {
            Self::Type => ("order.repeat_type", "OUT_TRADE_NO_USED"),
            Self::Changed => ("order.repeat_changed", "OUT_TRADE_NO_USED"),
            Self::Closed => ("order.repeat_closed", "ORDERCLOSED"),
            Self::Paid => ("order.repeat_paid", "ORDERPAID"),
        };
        let refusal = world.rules.refusal(rule);
        match version {
            Version::V3 => refusal,
            Version::V2 => Refusal { code: code.to_owned(), ..refusal },
        }
    }
}

/// Whether an order may be placed again by this call.
fn repeat(order: &Order, call: &Call, trade_type: TradeType) -> Result<(), Repeat> {
    if order.trade_type != trade_type || order.is_sub() {
        return Err(Repeat::Type);
    }
    if !is_same(order, call) {
        return Err(Repeat::Changed);
    }
    standing(order)
}

/// Whether the same order may be placed again in the state that it is in.
pub(super) fn standing(order: &Order) -> Result<(), Repeat> {
    match order.state {
        State::Notpay => Ok(()),
        State::Closed => Err(Repeat::Closed),
        _ => Err(Repeat::Paid),
    }
}

/// Whether a request is the order's own, members in any order; what each sending changes does not count.
pub(super) fn is_same(order: &Order, call: &Call) -> bool {
    let request = comparable(call);
    // A combined order keeps the request itself, and so do orders of older state files.
    order.version == call.version && (order.request == digest(&request) || order.request == request)
}

/// A request as sorted JSON, without what each sending of APIv2 changes.
pub(super) fn comparable(call: &Call) -> String {
    let mut body = call.body.clone();
    if let (Version::V2, Some(members)) = (call.version, body.as_object_mut()) {
        for name in ["nonce_str", "sign"] {
            members.remove(name);
        }
    }
    body.to_string()
}

/// What stands in an order for its request: half a digest, so that it takes no room besides the order's.
fn digest(request: &str) -> CompactString {
    let digest = Sha256::digest(request);
    STANDARD_NO_PAD.encode(digest.get(..16).unwrap_or(&digest)).into()
}

fn insert(
    world: &mut World,
    now: Time,
    call: &Call,
    trade_type: TradeType,
    parties: Parties,
    new: &Draft<'_>,
) -> String {
    let id = world.ids.own("ord");
    let mut order = requested(Order::unpaid(id.clone(), call.version, trade_type, now), call, parties, new);
    order.payer = payer(world, now, &order).map(Into::into);
    order.expires_at = expiry(world, now, call, new.time_expire);
    take_up(world, now, order);
    id
}

/// A new order is there: it is closed by time, or paid by the settings.
pub(super) fn take_up(world: &mut World, now: Time, mut order: Order) {
    let id = order.id.clone();
    let close_at = now.plus_seconds(world.rules.number("order.auto_close"));
    order.close_due = Some(world.queue.insert(close_at, Due::CloseOrder(id.to_string())));
    world.orders.insert(order);
    world.changed(Kind::Order, &id, "created");
    if let Some(auto) = world.settings.auto.pay.clone() {
        world.queue.insert(now.plus_seconds(auto.after_s), Due::PayOrder(id.into()));
    }
}

/// An order with what its request says.
fn requested(order: Order, call: &Call, parties: Parties, new: &Draft<'_>) -> Order {
    let text = |v3, v2| match call.version {
        Version::V3 => call.text(v3),
        Version::V2 => call.text(v2),
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.into());
    let flag = call.body.pointer("/settle_info/profit_sharing").and_then(serde_json::Value::as_bool);
    let (openid, sub_openid) = parties::openids_of(call);
    Order {
        mchid: parties.mchid.into(),
        sub_mchid: parties.sub_mchid.map(Into::into),
        appid: parties.appid.into(),
        sub_appid: parties.sub_appid.map(Into::into),
        out_trade_no: new.out_trade_no.into(),
        total: new.total,
        currency: some(text("/amount/currency", "/fee_type")).unwrap_or_else(|| "CNY".into()),
        description: text("/description", "/body").into(),
        attach: some(call.text("/attach")),
        notify_url: call.text("/notify_url").into(),
        sign_type: new.sign_type.map(Into::into),
        openid: openid.map(Into::into),
        sub_openid: sub_openid.map(Into::into),
        profit_sharing: flag.unwrap_or(call.version == Version::V2 && call.text("/profit_sharing") == "Y"),
        request: digest(&comparable(call)),
        device: some(text("/scene_info/device_id", "/device_info")),
        ..order
    }
}

/// Who is to pay, if the request says it by an openid; an openid that nobody has becomes a payer.
pub(super) fn payer(world: &mut World, now: Time, order: &Order) -> Option<String> {
    match (&order.openid, &order.sub_openid, &order.sub_appid) {
        (Some(openid), ..) => openids::take_in(world, now, &order.appid, openid),
        (None, Some(openid), Some(appid)) => openids::take_in(world, now, appid, openid),
        _ => None,
    }
}

/// When it ends: within what the rules say, at their end if the request names no time.
pub(super) fn expiry(world: &World, now: Time, call: &Call, wanted: Option<Time>) -> Time {
    let longest = now.plus_seconds(world.rules.number("order.expire_max"));
    let Some(wanted) = wanted else { return longest };
    // A merchant means the wall clock.
    let simulated = Time::from_millis(wanted.millis().saturating_add(world.clock.offset(call.wall)));
    let shortest = now.plus_seconds(world.rules.number("order.expire_min"));
    simulated.clamp(shortest.min(longest), longest)
}

/// A new way to pay.
pub(super) fn credential(
    world: &mut World,
    now: Time,
    call: &Call,
    trade_type: TradeType,
    auth_code: Option<&str>,
) -> Credential {
    let (kind, value, lives) = match trade_type {
        TradeType::Native => {
            let code = format!("{}zz", world.ids.word(9));
            let value = match world.settings.code_url == "http" {
                true => format!("{}/_/pay/{code}", call.pages),
                false => format!("weixin://wxpay/bizpayurl?pr={code}"),
            };
            (CredentialKind::CodeUrl, value, "order.prepay_s")
        }
        TradeType::Mweb => {
            let prepay_id = world.ids.prepay_id(now);
            let package = world.ids.digits(10);
            let value = format!("{}/_/h5?prepay_id={prepay_id}&package={package}", call.pages);
            (CredentialKind::H5Url, value, "order.h5_s")
        }
        TradeType::Micropay => (CredentialKind::AuthCode, auth_code.unwrap_or_default().to_owned(), "codepay.code_s"),
        TradeType::Jsapi | TradeType::App => (CredentialKind::PrepayId, world.ids.prepay_id(now), "order.prepay_s"),
    };
    let expires_at = now.plus_seconds(world.rules.number(lives));
    Credential { kind, value: value.into(), made_at: now, expires_at, is_dead: false, bound_to: None }
}
