//! A transfer is asked for: once under each number.

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::Call;
use super::super::super::due::Due;
use super::super::super::effect::Kind;
use super::super::super::openids;
use super::super::super::payouts;
use super::super::super::time::Time;
use super::super::super::transfers::{Transfer, TransferState};
use super::super::super::world::World;
use super::super::parties;
use super::check::check;
use super::query::sub_merchant;
use super::view;

pub(super) fn create(world: &mut World, now: Time, call: &Call) -> Outcome {
    let sub_mchid = sub_merchant(world, call, call.text("/sub_mchid"))?;
    parties::may_begin(world, call)?;
    let merchant = parties::merchant(world, &call.mchid)?;
    if !merchant.has_appid(call.text("/appid")) {
        return Err(parties::appid_mismatch());
    }
    let known = world.transfers.by_number(&call.mchid, call.text("/out_bill_no"));
    let id = match known {
        Some(known) if known.request == call.sent() && known.sub_mchid == sub_mchid => known.id.clone(),
        Some(known) => return Err(world.rules.refusal("transfer.repeat_changed").about(&known.id)),
        None => {
            check(world, call, sub_mchid.as_deref().unwrap_or(&call.mchid))?;
            note(world, now, call, sub_mchid)
        }
    };
    set_aside(world, now, &id);
    let transfer = world.transfers.by_id(&id).ok_or_else(|| world.rules.refusal("transfer.not_found"))?;
    Ok(Answer::json(200, view::created(transfer)).about(id))
}

fn note(world: &mut World, now: Time, call: &Call, sub_mchid: Option<String>) -> String {
    let id = world.ids.own("tra");
    let some = |pointer| Some(call.text(pointer)).filter(|text| !text.is_empty()).map(str::to_owned);
    let (appid, openid) = (call.text("/appid"), call.text("/openid"));
    let payer = openids::take_in(world, now, appid, openid).unwrap_or_default();
    let transfer = Transfer {
        id: id.clone(),
        mchid: call.mchid.clone(),
        sub_mchid,
        appid: appid.to_owned(),
        out_bill_no: call.text("/out_bill_no").to_owned(),
        transfer_bill_no: world.ids.digits(40),
        state: TransferState::Accepted,
        amount: call.integer("/transfer_amount").unwrap_or_default(),
        remark: call.text("/transfer_remark").to_owned(),
        openid: openid.to_owned(),
        payer,
        user_name: some("/user_name"),
        scene: call.text("/transfer_scene_id").to_owned(),
        notify_url: some("/notify_url"),
        fail_reason: None,
        created_at: now,
        updated_at: now,
        confirm_until: None,
        package_info: None,
        is_locked: false,
        request: call.sent(),
        due: None,
    };
    world.transfers.insert(transfer);
    world.changed(Kind::Transfer, &id, "created");
    id
}

/// Sets the money aside, if that is to be done and there is enough; then the payer is waited for.
fn set_aside(world: &mut World, now: Time, id: &str) {
    let waits = |state| matches!(state, TransferState::Accepted | TransferState::Processing);
    let Some(transfer) = world.transfers.by_id(id).filter(|transfer| waits(transfer.state)).cloned() else { return };
    if payouts::lock_transfer(world, now, &transfer).is_err() {
        if transfer.state == TransferState::Accepted {
            world.transfers.update(id, |transfer| transfer.state = TransferState::Processing);
            world.changed(Kind::Transfer, id, "state PROCESSING");
        }
        return;
    }
    let until = now.plus_seconds(world.rules.number("transfer.confirm"));
    let place = world.queue.insert(until, Due::Transfer(id.to_owned()));
    let package = format!("{}==", world.ids.word(42));
    world.transfers.update(id, |transfer| {
        transfer.state = TransferState::WaitUserConfirm;
        transfer.is_locked = true;
        transfer.updated_at = now;
        transfer.confirm_until = Some(until);
        transfer.package_info = Some(package);
        transfer.due = Some(place);
    });
    world.changed(Kind::Transfer, id, "state WAIT_USER_CONFIRM");
}

/// Refused: nobody has such a transfer.
pub(super) fn not_found(world: &World) -> Refusal {
    world.rules.refusal("transfer.not_found")
}
