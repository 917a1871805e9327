//! Payment codes: charging what a payer shows, and taking it back; for either version of the API.

use serde_json::json;

use super::super::answer::{Answer, Outcome, Refusal};
use super::super::call::{Call, Version};
use super::super::codes::{self, BadCode};
use super::super::effect::Kind;
use super::super::faults::micropay::Case;
use super::super::money;
use super::super::orders::{Order, State, TradeType};
use super::super::refunds::RefundStatus;
use super::super::time::Time;
use super::super::world::World;
use super::order_create::{self, Draft, Repeat};
use super::order_pay::{self, PayOutcome, Payment};
use super::order_query::{check_family, not_found};
use super::order_view::view;
use super::parties;
use super::sharing;
use super::table::Route;

pub(super) const ROUTES: &[Route] = &[
    ("POST", "v3/pay/transactions/codepay", codepay),
    ("POST", "v3/pay/partner/transactions/codepay", codepay),
    ("POST", "v3/pay/transactions/out-trade-no/{out_trade_no}/reverse", reverse),
    ("POST", "v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse", reverse),
];

/// What a code's request says, whichever version it is of.
pub(super) struct Charge<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) auth_code: &'a str,
    pub(super) total: i64,
    pub(super) sign_type: Option<&'a str>,
}

/// Why a charge is refused before there is an order.
pub(super) enum Refused {
    Code(BadCode),
    Other(Refusal),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Other(refusal)
    }
}

fn codepay(world: &mut World, now: Time, call: &Call) -> Outcome {
    let charge = Charge {
        out_trade_no: call.text("/out_trade_no"),
        auth_code: call.text("/payer/auth_code"),
        total: call.integer("/amount/total").unwrap_or_default(),
        sign_type: None,
    };
    let id = match self::charge(world, now, call, &charge) {
        Ok(id) => id,
        Err(Refused::Code(_)) => return Err(world.rules.refusal("codepay.auth_code")),
        Err(Refused::Other(refusal)) => return Err(refusal),
    };
    let order = world.orders.by_id(&id).ok_or_else(|| not_found(world))?;
    match order.state {
        State::Userpaying => {
            let waits = |status| Refusal::new(status, "USERPAYING", "需要用户输入支付密码");
            let waits = world.rules.status("codepay.userpaying").map_or_else(|set| set, waits);
            match waits.status < 300 {
                true => Ok(Answer::json(waits.status, json!({"code": waits.code, "message": waits.message})).about(id)),
                false => Err(waits.about(id)),
            }
        }
        State::Payerror | State::Revoked | State::Closed => {
            Err(Refusal::invalid(super::order_view::description(order.state)).about(id))
        }
        _ => Ok(Answer::json(200, view(order)).about(id)),
    }
}

/// The order of a charge: new, or as the same request left it.
pub(super) fn charge(world: &mut World, now: Time, call: &Call, charge: &Charge<'_>) -> Result<String, Refused> {
    let parties = parties::parties(world, call, "codepay")?;
    if let Some(order) = world.orders.by_number(&parties.mchid, charge.out_trade_no) {
        let id = order.id.to_string();
        let refused = match order.trade_type {
            TradeType::Micropay if order_create::is_same(order, call) => return Ok(id),
            TradeType::Micropay => Repeat::Changed,
            _ => Repeat::Type,
        };
        return Err(refused.refusal(world, call.version).about(id).into());
    }
    let payer = codes::payer(world, now, charge.auth_code).map_err(Refused::Code)?;
    let new = Draft {
        out_trade_no: charge.out_trade_no,
        total: charge.total,
        time_expire: None,
        sign_type: charge.sign_type,
        auth_code: Some(charge.auth_code),
    };
    let (id, _) = order_create::place(world, now, call, TradeType::Micropay, parties, &new)?;
    codes::use_up(world, charge.auth_code, &payer, &id);
    let is_much = || charge.total > world.rules.number("codepay.password_over");
    if call.case.map_or_else(is_much, Case::asks_password) {
        world.orders.update(&id, |order| (order.state, order.payer) = (State::Userpaying, Some(payer.into())));
        world.changed(Kind::Order, &id, "state USERPAYING");
    } else {
        order_pay::pay(world, now, &id, &Payment::of(payer));
    }
    Ok(id)
}

/// What comes of a charge once it is answered: in one of the cases the payer fails to enter the password.
pub(super) fn answered(world: &mut World, now: Time, call: &Call) {
    let order = world.orders.by_number(&call.mchid, call.text("/out_trade_no"));
    let waits = |order: &&Order| order.state == State::Userpaying && call.case == Some(Case::Payerror);
    let Some(order) = order.filter(waits) else { return };
    let (id, payer) = (order.id.clone(), order.payer.clone().unwrap_or_default());
    let payment = Payment { outcome: PayOutcome::WrongPassword, ..Payment::of(payer.into()) };
    order_pay::pay(world, now, &id, &payment);
}

fn reverse(world: &mut World, now: Time, call: &Call) -> Outcome {
    let number = call.variable("out_trade_no");
    let order = world.orders.by_number(&call.mchid, number).ok_or_else(|| not_found(world))?;
    check_family(world, order, call, call.text("/sub_mchid"))?;
    let id = order.id.clone();
    let shown = match &order.sub_mchid {
        Some(sub) => json!({"sp_mchid": order.mchid, "sub_mchid": sub, "out_trade_no": number}),
        None => json!({"appid": order.appid, "mchid": order.mchid, "out_trade_no": number}),
    };
    take_back(world, now, call.version, &id)?;
    Ok(Answer::json(200, shown).about(id))
}

/// Takes an order of a code back: an unpaid one is never paid, of a paid one the money goes back. Doing it again changes nothing.
pub(super) fn take_back(world: &mut World, now: Time, version: Version, id: &str) -> Result<(), Refusal> {
    let order = world.orders.by_id(id).ok_or_else(|| not_found(world))?;
    if let Some((rule, v2)) = obstacle(world, order, now) {
        return Err(refused(world, version, rule, v2).about(id));
    }
    if order.state == State::Revoked {
        return Ok(());
    }
    if order.state == State::Success && money::reverse(world, now, id).is_err() {
        return Err(refused(world, version, "reverse.not_enough", "NOTENOUGH").about(id));
    }
    let due = world.orders.update(id, |order| {
        order.state = State::Revoked;
        order.closed_at = Some(now);
        order.close_due.take()
    });
    if let Some(Some(place)) = due {
        world.queue.remove(place);
    }
    world.changed(Kind::Order, id, "state REVOKED");
    sharing::ending::end(world, now, id, id);
    Ok(())
}

/// Why an order is not taken back: the rule, and what APIv2 calls it.
fn obstacle(world: &World, order: &Order, now: Time) -> Option<(&'static str, &'static str)> {
    // By rule a pending refund may leave the state as it is; its money would come back to the merchant if it is closed.
    let refunded = world.refunds.of_order(&order.id).any(|refund| refund.status != RefundStatus::Closed);
    let reversible = world.rules.number("reverse.within_s");
    let is_late = order.paid_at.is_some_and(|paid| now > paid.plus_seconds(reversible));
    if order.trade_type != TradeType::Micropay {
        Some(("reverse.kind", "TRADE_STATE_ERROR"))
    } else if order.state == State::Refund || refunded {
        Some(("reverse.refunded", "TRADE_STATE_ERROR"))
    } else if is_late && order.state != State::Revoked {
        Some(("reverse.late", "REVERSE_EXPIRE"))
    } else {
        None
    }
}

fn refused(world: &World, version: Version, rule: &str, v2: &str) -> Refusal {
    let refusal = world.rules.refusal(rule);
    match version {
        Version::V3 => refusal,
        Version::V2 => Refusal { code: v2.to_owned(), ..refusal },
    }
}
