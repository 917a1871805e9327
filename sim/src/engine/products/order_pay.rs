//! A payer pays, or fails to.

use super::super::call::Version;
use super::super::effect::Kind;
use super::super::money;
use super::super::notices::{NewNotice, enqueue};
use super::super::openids;
use super::super::orders::{Attempt, Coupon, Credential, CredentialKind, Order, State, TradeType};
use super::super::time::Time;
use super::super::world::World;
use super::combined;
use super::order_view;
use super::sharing;
use super::v2_notice;

/// What a payer does, and with what.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    /// The payer's name.
    pub(crate) payer: String,
    pub(crate) outcome: PayOutcome,
    /// The credential that is paid with; the newest if it is none of the order's.
    pub(crate) by: String,
    pub(crate) bank_type: Option<String>,
    pub(crate) coupon: Option<Coupon>,
}

impl Payment {
    /// A payment as the payer of a wallet makes it, by the newest credential.
    pub(crate) fn of(payer: String) -> Self {
        Self { payer, outcome: PayOutcome::Success, by: String::new(), bank_type: None, coupon: None }
    }
}

/// How a try ends: only the first moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PayOutcome {
    Success,
    WrongPassword,
    NotEnough,
    Cancel,
    Risk,
}

impl PayOutcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::WrongPassword => "WRONG_PASSWORD",
            Self::NotEnough => "NOT_ENOUGH",
            Self::Cancel => "CANCEL",
            Self::Risk => "RISK",
        }
    }
}

/// Why the client does not even ask for the password; the text is what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The order is in another state.
    State(State),
    /// The order or the credential has ended.
    Expired,
    /// Another payer than the openid's.
    OtherPayer,
    /// The code was opened by somebody else before.
    Bound,
    /// There is no such payer.
    NoPayer,
}

impl Obstacle {
    /// The client's words.
    pub(crate) fn client_text(self) -> &'static str {
        match self {
            Self::State(_) | Self::Expired => "支付请求已失效",
            Self::OtherPayer => "下单账号与支付账号不一致",
            Self::Bound => "商家订单信息有误，请重新下单支付",
            Self::NoPayer => "没有这个付款人",
        }
    }
}

/// Whether nobody can pay the order now by this credential.
pub(crate) fn ended(now: Time, order: &Order, by: &str) -> Option<Obstacle> {
    let over = |known: &Credential| known.is_dead || now > known.expires_at;
    match order.state {
        State::Notpay if now >= order.expires_at || order.credential(by).is_some_and(over) => Some(Obstacle::Expired),
        // A code was shown already; the password may take its time.
        State::Notpay | State::Userpaying => None,
        other => Some(Obstacle::State(other)),
    }
}

/// Whether this payer may not pay this order now by this credential.
pub(crate) fn obstacle(world: &World, now: Time, order: &Order, payer: &str, by: &str) -> Option<Obstacle> {
    if !world.payers.contains_key(payer) {
        return Some(Obstacle::NoPayer);
    }
    if let Some(ended) = ended(now, order, by) {
        return Some(ended);
    }
    if order.payer.as_deref().is_some_and(|named| named != payer) {
        return Some(Obstacle::OtherPayer);
    }
    let once = |kind| matches!(kind, CredentialKind::CodeUrl | CredentialKind::H5Url);
    let bound = order.credential(by).filter(|known| once(known.kind)).and_then(|known| known.bound_to.as_deref());
    bound.is_some_and(|bound| bound != payer).then_some(Obstacle::Bound)
}

/// One try; that it may be made has been looked at. Gives back whether it was paid: a wallet that has too little, or is closed, does not pay.
pub(crate) fn pay(world: &mut World, now: Time, id: &str, payment: &Payment) -> bool {
    world.orders.update(id, |order| order.bind(&payment.by, &payment.payer));
    let closed = world.payers.get(&payment.payer).is_none_or(|payer| payer.closed);
    let mut outcome = payment.outcome;
    if outcome == PayOutcome::Success && (closed || !moved(world, now, id, payment)) {
        outcome = PayOutcome::NotEnough;
    }
    let attempt = Attempt { at: now, payer: payment.payer.clone().into(), outcome: outcome.as_str().into() };
    world.orders.update(id, |order| order.attempts.push(attempt));
    if outcome == PayOutcome::Success {
        settle(world, now, id, payment);
        return true;
    }
    let is_code = world.orders.by_id(id).is_some_and(|order| order.trade_type == TradeType::Micropay);
    if is_code {
        world.orders.update(id, |order| order.state = State::Payerror);
    }
    let what = if is_code { "state PAYERROR".to_owned() } else { format!("attempt {}", outcome.as_str()) };
    world.changed(Kind::Order, id, what);
    false
}

/// Moves the money; the order is as it was if there is too little.
fn moved(world: &mut World, now: Time, id: &str, payment: &Payment) -> bool {
    if world.orders.by_id(id).is_some_and(Order::is_combined) {
        return combined::pay::moved(world, now, id, payment);
    }
    let before = world.orders.update(id, |order| {
        let before = (order.payer.clone(), order.coupon.clone());
        order.payer = Some(payment.payer.clone().into());
        order.coupon.clone_from(&payment.coupon);
        before
    });
    let moved = money::pay(world, now, id).is_ok();
    if let (false, Some((payer, coupon))) = (moved, before) {
        world.orders.update(id, |order| (order.payer, order.coupon) = (payer, coupon));
    }
    moved
}

/// The order is paid, with its sub-orders if it has some: number, time, payer, notification.
fn settle(world: &mut World, now: Time, id: &str, payment: &Payment) {
    for id in world.orders.family(id) {
        note_paid(world, now, &id, payment);
    }
    if world.orders.by_id(id).is_some_and(|order| order.trade_type != TradeType::Micropay) {
        tell(world, now, id);
    }
}

fn note_paid(world: &mut World, now: Time, id: &str, payment: &Payment) {
    // What is combined has no number of its own: each of its sub-orders has one.
    let is_combined = world.orders.by_id(id).is_some_and(Order::is_combined);
    let transaction_id = (!is_combined).then(|| world.ids.transaction_id());
    let known = openids_at(world, id, &payment.payer);
    let due = world.orders.update(id, |order| {
        order.state = State::Success;
        order.transaction_id = transaction_id.map(Into::into);
        order.paid_at = Some(now);
        order.bank_type = payment.bank_type.as_deref().map(Into::into);
        if let Some((openid, sub_openid)) = known {
            order.openid.get_or_insert(openid.into());
            order.sub_openid = order.sub_openid.take().or(sub_openid.map(Into::into));
        }
        order.close_due.take()
    });
    if let Some(Some(place)) = due {
        world.queue.remove(place);
    }
    world.changed(Kind::Order, id, "state SUCCESS");
    sharing::ending::paid(world, now, id);
}

/// How the order's apps know the payer.
fn openids_at(world: &World, id: &str, payer: &str) -> Option<(String, Option<String>)> {
    let (order, payer) = (world.orders.by_id(id)?, world.payers.get(payer)?);
    let sub = order.sub_appid.as_ref().map(|appid| openids::openid(appid, payer));
    Some((openids::openid(&order.appid, payer), sub))
}

/// The notification of a payment.
fn tell(world: &mut World, now: Time, id: &str) {
    let Some(order) = world.orders.by_id(id) else { return };
    let resource = match order.version {
        Version::V3 if order.is_combined() => combined::view::view(world, order),
        Version::V3 => order_view::view(order),
        Version::V2 => v2_notice::payment(order),
    };
    let notice = NewNotice {
        event_type: "TRANSACTION.SUCCESS".to_owned(),
        original_type: "transaction".to_owned(),
        summary: "支付成功".to_owned(),
        version: order.version,
        mchid: order.mchid.to_string(),
        reference: order.id.to_string(),
        url: order.notify_url.to_string(),
        resource,
        sign_type: order.sign_type.clone().map(Into::into),
    };
    enqueue(world, now, notice);
}

/// `settings.auto.pay`: the payer of the openid, or the one that the setting names, or alice.
pub(super) fn pay_due(world: &mut World, at: Time, id: &str) {
    let Some(auto) = world.settings.auto.pay.clone() else { return };
    let Some(order) = world.orders.by_id(id) else { return };
    let payer = order.payer.clone().or(auto.payer.map(Into::into)).unwrap_or_else(|| "alice".into());
    if obstacle(world, at, order, &payer, "").is_none() {
        let payment = Payment::of(payer.into());
        pay(world, at, id, &payment);
    }
}
