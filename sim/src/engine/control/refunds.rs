//! `refunds`: what became of them, ending them by hand, and refunds that somebody makes on the merchant platform.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::call::Version;
use super::super::ledger::Account;
use super::super::products::refunds::accept::{Request, accept};
use super::super::products::refunds::refused::Refused;
use super::super::products::refunds::result::{Ending, finish};
use super::super::refunds::{Refund, RefundSource, RefundStatus};
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::reference;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "refunds", list),
    ("GET", "refunds/{ref}", get),
    ("POST", "refunds/{ref}/result", result),
    ("POST", "orders/{ref}/refund", refund),
];

fn list(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let is = |name: &str, value: &str| request.parameter(name).is_none_or(|wanted| wanted == value);
    let wanted = |refund: &&Refund| {
        is("mchid", &refund.mchid)
            && is("status", refund.status.as_str())
            && is("order", &refund.order)
            && is("out_refund_no", &refund.out_refund_no)
    };
    page(request, world.refunds.iter().rev().filter(wanted), |refund| &refund.id, shown)
}

fn get(world: &mut World, _now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    found(world, request, variables).map(shown)
}

fn shown(refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "mchid": refund.mchid,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "order": refund.order,
        "status": refund.status.as_str(),
        "refund": refund.refund,
        "payer_refund": refund.payer_refund,
        "fee_back": refund.fee_back,
        "from": if matches!(refund.from, Account::BasicFrozen(_)) { "frozen" } else { "available" },
        "created_at": refund.created_at.to_string(),
        "done_at": refund.done_at.map(|at| at.to_string()),
        "channel": refund.channel,
        "notify_url": refund.notify_url,
        "source": refund.source.as_str(),
    })
}

/// The one refund that a reference means: the simulator's id, WeChat Pay's number, or the merchant's.
fn found<'w>(world: &'w World, request: &ControlRequest, variables: &[&str]) -> Result<&'w Refund, ControlError> {
    reference::numbered(world, request, variables, "refund", &world.refunds)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    status: String,
    channel: Option<String>,
    user_received_account: Option<String>,
}

/// Ends a refund that is on its way.
fn result(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Wanted = request.body()?;
    let status = RefundStatus::parse(&wanted.status).filter(|status| *status != RefundStatus::Processing);
    let status = status.ok_or_else(|| ControlError::bad("status: expected SUCCESS, CLOSED or ABNORMAL"))?;
    let refund = found(world, request, variables)?;
    if refund.status != RefundStatus::Processing {
        let message = "only a refund in PROCESSING gets a result";
        return Err(ControlError::state(refund.status.as_str(), &[], message));
    }
    let id = refund.id.clone();
    let ending = Ending { status, channel: wanted.channel, user_received_account: wanted.user_received_account };
    finish(world, now, &id, ending);
    world.refunds.by_id(&id).map(shown).ok_or_else(|| ControlError::not_found("the refund is gone"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    /// Fen.
    refund: i64,
}

/// A refund as somebody makes it on the merchant platform: told in APIv2, to the merchant's own address.
fn refund(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let Amount { refund } = request.body()?;
    if refund <= 0 {
        return Err(ControlError::bad("refund: expected fen, more than 0"));
    }
    let order = reference::order(world, request, variables)?;
    let (id, state) = (order.id.clone(), order.state);
    if order.is_combined() {
        let error = ControlError::state(state.as_str(), &[], "a combined order is refunded by its sub-orders");
        return Err(error.hint(format!("one of {}", order.subs().join(", "))));
    }
    let wanted = Request {
        version: Version::V2,
        source: RefundSource::VendorPlatform,
        mchid: order.mchid.to_string(),
        sub_mchid: order.sub_mchid.clone().map(Into::into),
        order: Some(id.to_string()),
        // A copy: if the refund is refused, nothing has changed.
        out_refund_no: world.ids.clone().digits(29),
        total: order.total,
        refund,
        notify_url: None,
        sent: json!({}),
    };
    let accepted = accept(world, now, wanted).map_err(|refused| refusal(refused, state.as_str()))?;
    world.refunds.by_id(&accepted.id).map(shown).ok_or_else(|| ControlError::not_found("the refund is gone"))
}

fn refusal(refused: Refused, state: &str) -> ControlError {
    let message = match refused {
        Refused::Order => "the order is not paid",
        Refused::TooMuch => "all refunds together would be more than the order",
        Refused::Count => "the order has as many refunds as it may have",
        Refused::Gap => "another refund of this order is less than a minute old",
        Refused::Overdue => "the order is too old to be refunded",
        Refused::Payer => "the payer has closed the account",
        Refused::NotEnough => "the merchant has not enough money for it",
        Refused::Total | Refused::Changed | Refused::Unknown => "the order cannot be refunded so",
    };
    ControlError::state(state, &[], message)
}
