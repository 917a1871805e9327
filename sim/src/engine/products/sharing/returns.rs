//! Shared money is asked back from a merchant who received it: once under each number.

use super::super::super::answer::{Answer, Outcome, Refusal};
use super::super::super::call::Call;
use super::super::super::effect::Kind;
use super::super::super::receivers::Owner;
use super::super::super::sharings::{ReturnResult, ShareReturn, Sharing};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::parties as all_parties;
use super::parties;
use super::return_result::begin;
use super::view::returned;

pub(super) fn request(world: &mut World, now: Time, call: &Call) -> Outcome {
    let owner = parties::owner(world, call, call.text("/sub_mchid"))?;
    all_parties::may_begin(world, call)?;
    let sharing = sharing(world, call, &owner)?;
    if let Some(known) = world.returns.by_number(&call.mchid, call.text("/out_return_no")) {
        return match known.request == call.sent() {
            true => shown(world, &known.id),
            false => Err(world.rules.refusal("sharing.return_changed").about(&known.id)),
        };
    }
    check(world, now, call, sharing)?;
    let sharing = sharing.id.clone();
    let id = note(world, now, call, sharing);
    begin(world, now, &id);
    shown(world, &id)
}

pub(super) fn query(world: &mut World, _now: Time, call: &Call) -> Outcome {
    let owner = parties::owner(world, call, call.parameter("sub_mchid").unwrap_or_default())?;
    let found = world.returns.by_number(&call.mchid, call.variable("out_return_no"));
    let is_meant = |returned: &&ShareReturn| {
        let sharing = world.sharings.by_id(&returned.sharing);
        sharing.is_some_and(|sharing| {
            Some(sharing.out_order_no.as_str()) == call.parameter("out_order_no") && is_own(world, sharing, &owner)
        })
    };
    shown(world, &found.filter(is_meant).ok_or_else(|| world.rules.refusal("sharing.unknown"))?.id)
}

fn shown(world: &World, id: &str) -> Outcome {
    let found = world.returns.by_id(id).ok_or_else(|| world.rules.refusal("sharing.unknown"))?;
    Ok(Answer::json(200, returned(world, found)).about(&found.sharing).about(id))
}

fn is_own(world: &World, sharing: &Sharing, owner: &Owner) -> bool {
    let order = world.orders.by_id(&sharing.order);
    order.is_some_and(|order| order.mchid == owner.0 && order.sub_mchid.as_deref() == owner.1.as_deref())
}

/// The sharing that either number names.
fn sharing<'w>(world: &'w World, call: &Call, owner: &Owner) -> Result<&'w Sharing, Refusal> {
    let (order_id, out_order_no) = (call.text("/order_id"), call.text("/out_order_no"));
    let found = match (order_id.is_empty(), out_order_no.is_empty()) {
        (true, true) => return Err(Refusal::param("/out_order_no", "body", "order_id与out_order_no必须传入一个")),
        (true, false) => world.sharings.by_number(&call.mchid, out_order_no),
        (false, true) => world.sharings.by_given(order_id),
        (false, false) => world.sharings.by_given(order_id).filter(|found| found.out_order_no == out_order_no),
    };
    found.filter(|found| is_own(world, found, owner)).ok_or_else(|| world.rules.refusal("sharing.unknown"))
}

fn check(world: &World, now: Time, call: &Call, sharing: &Sharing) -> Result<(), Refusal> {
    let (return_mchid, amount) = (call.text("/return_mchid"), call.integer("/amount").unwrap_or_default());
    let refused = |rule: &str| Err(world.rules.refusal(rule).about(&sharing.id));
    if amount < 1 {
        return Err(Refusal::param("/amount", "body", "回退金额不能小于1分"));
    }
    let Some(share) = sharing.received_by(return_mchid) else { return refused("sharing.return_receiver") };
    if !world.merchants.get(return_mchid).is_some_and(|receiver| receiver.allow_return) {
        return refused("sharing.return_not_allowed");
    }
    let latest = world.rules.number("sharing.return_days").saturating_mul(86_400);
    if share.done_at.is_none_or(|done| now > done.plus_seconds(latest)) {
        return refused("sharing.return_overdue");
    }
    let standing = || world.returns.of(&sharing.id).filter(|known| known.result != ReturnResult::Failed);
    let most = usize::try_from(world.rules.number("sharing.returns")).unwrap_or_default();
    if standing().count() >= most {
        return refused("sharing.returns_refused");
    }
    let before: i64 = standing().filter(|known| known.return_mchid == return_mchid).map(|known| known.amount).sum();
    match before.saturating_add(amount) > share.amount {
        true => refused("sharing.return_too_much"),
        false => Ok(()),
    }
}

fn note(world: &mut World, now: Time, call: &Call, sharing: String) -> String {
    let id = world.ids.own("srt");
    let returned = ShareReturn {
        id: id.clone(),
        mchid: call.mchid.clone(),
        sharing,
        return_id: world.ids.digits(28),
        out_return_no: call.text("/out_return_no").to_owned(),
        return_mchid: call.text("/return_mchid").to_owned(),
        amount: call.integer("/amount").unwrap_or_default(),
        description: call.text("/description").to_owned(),
        result: ReturnResult::Processing,
        fail_reason: None,
        created_at: now,
        done_at: None,
        request: call.sent(),
        due: None,
    };
    world.returns.insert(returned);
    world.changed(Kind::Return, &id, "created");
    id
}
