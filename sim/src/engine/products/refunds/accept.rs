//! A refund is asked for: whether it may be, and what is noted then.

use serde_json::Value;

use super::super::super::answer::Warning;
use super::super::super::call::Version;
use super::super::super::effect::Kind;
use super::super::super::ledger::Account;
use super::super::super::money::{self, Back};
use super::super::super::orders::{Order, State};
use super::super::super::refunds::{Refund, RefundSource, RefundStatus};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::refused::Refused;
use super::result::schedule;

/// What is asked for, whoever asks.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) version: Version,
    pub(crate) source: RefundSource,
    /// The merchant whose number it is, and the sub-merchant of a partner.
    pub(crate) mchid: String,
    pub(crate) sub_mchid: Option<String>,
    /// The simulator's id of the order that is meant, if there is one.
    pub(crate) order: Option<String>,
    pub(crate) out_refund_no: String,
    /// Fen: of the order, and what of it goes back.
    pub(crate) total: i64,
    pub(crate) refund: i64,
    pub(crate) notify_url: Option<String>,
    /// What was sent, as it was decrypted.
    pub(crate) sent: Value,
}

/// A refund that stands: its simulator's id, and what the real gateway might have minded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Accepted {
    pub(crate) id: String,
    pub(crate) warning: Option<Warning>,
}

/// Accepts a refund, or finds the one that has this number already; nothing moves twice.
///
/// # Errors
///
/// Why it is refused; nothing has changed then.
pub(crate) fn accept(world: &mut World, now: Time, request: Request) -> Result<Accepted, Refused> {
    if let Some(known) = world.refunds.by_number(&request.mchid, &request.out_refund_no) {
        return repeated(world, known, &request);
    }
    let order = request.order.as_ref().and_then(|id| world.orders.by_id(id)).ok_or(Refused::Order)?;
    let back = check(world, now, order, &request)?;
    let from = money::payable_from(world, order, back.merchant()).map_err(|_| Refused::NotEnough)?;
    let warning = too_soon(world, now, order).then(|| Warning {
        id: "refund.gap".to_owned(),
        text: "another refund of this order was asked for less than a minute ago".to_owned(),
    });
    Ok(Accepted { id: note(world, now, request, back, from), warning })
}

/// The same again, or another request under the same number.
fn repeated(world: &World, known: &Refund, request: &Request) -> Result<Accepted, Refused> {
    let same = request.order.as_ref() == Some(&known.order) && request.refund == known.refund;
    let order = world.orders.by_id(&known.order);
    // The number is the partner's, but the refund is one sub-merchant's.
    match same && order.is_some_and(|order| order.total == request.total && order.sub_mchid == request.sub_mchid) {
        true => Ok(Accepted { id: known.id.clone(), warning: None }),
        false => Err(Refused::Changed),
    }
}

/// What the refund takes of the order, if it may be.
fn check(world: &World, now: Time, order: &Order, request: &Request) -> Result<Back, Refused> {
    let is_own = order.mchid == request.mchid && order.sub_mchid == request.sub_mchid;
    let paid_at = order.paid_at.filter(|_| is_own && order.state.is_paid()).ok_or(Refused::Order)?;
    if order.total != request.total {
        return Err(Refused::Total);
    }
    let before = money::taken(world, &order.id);
    if request.refund <= 0 || before.refund.saturating_add(request.refund) > order.total {
        return Err(Refused::TooMuch);
    }
    if standing(world, order).count() >= usize::try_from(world.rules.number("refund.count")).unwrap_or_default() {
        return Err(Refused::Count);
    }
    if too_soon(world, now, order) && world.rules.value("refund.gap").is_object() {
        return Err(Refused::Gap);
    }
    if now > paid_at.plus_seconds(world.rules.number("refund.days").saturating_mul(86_400)) {
        return Err(Refused::Overdue);
    }
    let payer = order.payer.as_ref().and_then(|name| world.payers.get(name));
    if payer.is_none_or(|payer| payer.closed) {
        return Err(Refused::Payer);
    }
    Ok(money::next_back(money::sums(world, order), before, request.refund))
}

fn standing<'w>(world: &'w World, order: &Order) -> impl Iterator<Item = &'w Refund> {
    world.refunds.of_order(&order.id).filter(|refund| refund.status != RefundStatus::Closed)
}

/// Whether another refund of the order is younger than the rule has it: a minute.
fn too_soon(world: &World, now: Time, order: &Order) -> bool {
    let gap = world.rules.number("refund.gap_s");
    standing(world, order).any(|refund| now < refund.created_at.plus_seconds(gap))
}

fn note(world: &mut World, now: Time, request: Request, back: Back, from: Account) -> String {
    let id = world.ids.own("ref");
    let order = request.order.unwrap_or_default();
    let refund = Refund {
        id: id.clone(),
        version: request.version,
        mchid: request.mchid,
        refund_id: world.ids.refund_id(),
        out_refund_no: request.out_refund_no,
        order: order.clone(),
        status: RefundStatus::Processing,
        refund: back.refund,
        payer_refund: back.payer,
        settlement: back.settlement,
        fee_back: back.fee,
        from,
        created_at: now,
        done_at: None,
        channel: "ORIGINAL".to_owned(),
        user_received_account: "支付用户零钱".to_owned(),
        notify_url: request.notify_url,
        source: request.source,
        request: request.sent,
        rerouted: None,
        due: None,
    };
    money::accept_refund(world, now, &refund);
    world.refunds.insert(refund);
    world.changed(Kind::Refund, &id, "created");
    if world.rules.is("order.refund_when", "accepted") {
        becomes_refunded(world, &order);
    }
    schedule(world, now, &id);
    id
}

/// From now on the order says that something of it went back.
pub(super) fn becomes_refunded(world: &mut World, order: &str) {
    let changed = world.orders.update(order, |order| std::mem::replace(&mut order.state, State::Refund));
    if changed.is_some_and(|before| before != State::Refund) {
        world.changed(Kind::Order, order, "state REFUND");
    }
}
