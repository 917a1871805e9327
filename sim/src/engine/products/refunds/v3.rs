//! Refunds as APIv3 asks for them.

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::{Call, Version};
use super::super::super::refunds::{Refund, RefundSource};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::parties;
use super::super::table::Route;
use super::abnormal;
use super::accept::{Request, accept};
use super::refused::Refused;
use super::view::view;

pub(crate) const ROUTES: &[Route] = &[
    ("POST", "v3/refund/domestic/refunds", request),
    ("GET", "v3/refund/domestic/refunds/{out_refund_no}", query),
    ("POST", "v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund", abnormal::apply),
];

fn request(world: &mut World, now: Time, call: &Call) -> Outcome {
    let sub_mchid = sub_merchant(world, call, call.text("/sub_mchid"))?;
    let some = |pointer| Some(call.text(pointer)).filter(|text| !text.is_empty()).map(str::to_owned);
    let request = Request {
        version: Version::V3,
        source: RefundSource::Api,
        mchid: call.mchid.clone(),
        order: order(world, call, call.text("/transaction_id"), call.text("/out_trade_no")),
        sub_mchid,
        out_refund_no: call.text("/out_refund_no").to_owned(),
        total: call.integer("/amount/total").unwrap_or_default(),
        refund: call.integer("/amount/refund").unwrap_or_default(),
        notify_url: some("/notify_url"),
        sent: call.body.clone(),
    };
    let accepted = accept(world, now, request).map_err(|refused| refused.refusal(&world.rules, Version::V3))?;
    let refund = world.refunds.by_id(&accepted.id).ok_or_else(|| unknown(world))?;
    let answer =
        Answer::json(200, view(world, refund).ok_or_else(|| unknown(world))?).about(&refund.order).about(&accepted.id);
    Ok(match accepted.warning {
        Some(warning) => answer.warn(&warning.id, warning.text),
        None => answer,
    })
}

fn query(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let refund = world.refunds.by_number(&call.mchid, call.variable("out_refund_no")).ok_or_else(|| unknown(world))?;
    own(world, call, refund, call.parameter("sub_mchid").unwrap_or_default())?;
    Ok(Answer::json(200, view(world, refund).ok_or_else(|| unknown(world))?).about(&refund.id))
}

/// 404: nobody has such a refund.
pub(super) fn unknown(world: &World) -> Refusal {
    Refused::Unknown.refusal(&world.rules, Version::V3)
}

/// The order that either number names; both must name the same one.
pub(super) fn order(world: &World, call: &Call, transaction_id: &str, out_trade_no: &str) -> Option<String> {
    let by_transaction = world.orders.by_transaction(transaction_id);
    let by_number = world.orders.by_number(&call.mchid, out_trade_no);
    let found = match (transaction_id.is_empty(), out_trade_no.is_empty()) {
        (false, true) => by_transaction,
        (true, _) => by_number,
        (false, false) => by_transaction.filter(|order| by_number.is_some_and(|other| other.id == order.id)),
    };
    found.map(|order| order.id.to_string())
}

/// The sub-merchant that a partner must name and others must not; whether the product may be used at all.
pub(super) fn sub_merchant(world: &World, call: &Call, named: &str) -> Result<Option<String>, Refusal> {
    // The refund family says 404 where others say 400.
    parties::sub_merchant(world, call, "refund", named).map_err(|refusal| match refusal.code.as_str() {
        "MCH_NOT_EXISTS" if !named.is_empty() => Refusal { status: 404, ..refusal },
        _ => refusal,
    })
}

/// Whether a refund belongs to the sub-merchant that is named; to another's it is unknown.
pub(super) fn own(world: &World, call: &Call, refund: &Refund, named: &str) -> Result<(), Refusal> {
    let sub_mchid = sub_merchant(world, call, named)?;
    let order = world.orders.by_id(&refund.order);
    match order.is_some_and(|order| order.sub_mchid.as_deref() == sub_mchid.as_deref()) {
        true => Ok(()),
        false => Err(unknown(world)),
    }
}
