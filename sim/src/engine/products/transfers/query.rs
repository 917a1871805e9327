//! Asking for a transfer by either number, and cancelling it.

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::Call;
use super::super::super::time::Time;
use super::super::super::transfers::{Transfer, TransferState};
use super::super::super::world::World;
use super::super::parties;
use super::super::table::Route;
use super::create::{create, not_found};
use super::life::cancel as begin_to_cancel;
use super::view;

pub(crate) const ROUTES: &[Route] = &[
    ("POST", "v3/fund-app/mch-transfer/transfer-bills", create),
    ("GET", "v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}", by_number),
    ("GET", "v3/fund-app/mch-transfer/transfer-bills/transfer-bill-no/{transfer_bill_no}", by_bill),
    ("POST", "v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}/cancel", cancel),
    ("POST", "v3/fund-app/mch-transfer/partner/transfer-bills", create),
    ("GET", "v3/fund-app/mch-transfer/partner/transfer-bills/out-bill-no/{out_bill_no}", by_number),
    ("POST", "v3/fund-app/mch-transfer/partner/transfer-bills/out-bill-no/{out_bill_no}/cancel", cancel),
];

/// The sub-merchant of the partner's family; the other one is for the caller's own money.
pub(super) fn sub_merchant(world: &World, call: &Call, named: &str) -> Result<Option<String>, Refusal> {
    if call.is_partner() {
        return parties::sub_merchant(world, call, "transfer", named);
    }
    parties::may_use(world, call, "transfer").map(|_| None)
}

fn by_number(world: &mut World, now: Time, call: &Call) -> Outcome {
    let found = world.transfers.by_number(&call.mchid, call.variable("out_bill_no"));
    shown(world, now, call, found)
}

fn by_bill(world: &mut World, now: Time, call: &Call) -> Outcome {
    let found = world.transfers.by_given(call.variable("transfer_bill_no"));
    shown(world, now, call, found.filter(|transfer| transfer.mchid == call.mchid))
}

fn shown(world: &World, now: Time, call: &Call, found: Option<&Transfer>) -> Outcome {
    let transfer = own(world, now, call, found, call.parameter("sub_mchid").unwrap_or_default())?;
    Ok(Answer::json(200, view::queried(transfer)).about(&transfer.id))
}

/// The transfer, if it is of the family that is asked and not too old to be asked for.
fn own<'w>(
    world: &'w World,
    now: Time,
    call: &Call,
    found: Option<&'w Transfer>,
    sub_mchid: &str,
) -> Result<&'w Transfer, Refusal> {
    let sub_mchid = sub_merchant(world, call, sub_mchid)?;
    let days = world.rules.number("transfer.days").saturating_mul(86_400);
    let is_meant =
        |transfer: &&Transfer| transfer.sub_mchid == sub_mchid && now <= transfer.created_at.plus_seconds(days);
    found.filter(is_meant).ok_or_else(|| not_found(world))
}

fn cancel(world: &mut World, now: Time, call: &Call) -> Outcome {
    let found = world.transfers.by_number(&call.mchid, call.variable("out_bill_no"));
    let transfer = own(world, now, call, found, call.text("/sub_mchid"))?;
    let id = transfer.id.clone();
    match transfer.state {
        TransferState::Canceling | TransferState::Cancelled => {}
        TransferState::Success | TransferState::Fail => {
            return Err(world.rules.refusal("transfer.cancel_final").about(id));
        }
        TransferState::Transfering if world.rules.value("transfer.cancel_late") != 200 => {
            return Err(world.rules.refusal("transfer.cancel_late").about(id));
        }
        _ => begin_to_cancel(world, now, &id),
    }
    let transfer = world.transfers.by_id(&id).ok_or_else(|| not_found(world))?;
    Ok(Answer::json(200, view::cancelled(transfer)).about(id))
}
