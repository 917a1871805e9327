//! An order's money is shared: once under each number.

use super::super::super::answer::{Answer, Outcome};
use super::super::super::call::Call;
use super::super::super::effect::Kind;
use super::super::super::money;
use super::super::super::payouts;
use super::super::super::receivers::Owner;
use super::super::super::sharings::{Share, ShareResult, Sharing, SharingState};
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::parties as all_parties;
use super::check::{Wanted, check, ratio_bp};
use super::ending::no_more;
use super::parties;
use super::result::{finish, schedule};
use super::view::view;

pub(super) fn request(world: &mut World, now: Time, call: &Call) -> Outcome {
    let owner = parties::owner(world, call, call.text("/sub_mchid"))?;
    all_parties::may_begin(world, call)?;
    let order = parties::order(world, &owner, call.text("/transaction_id"))?;
    if let Some(known) = world.sharings.by_number(&call.mchid, call.text("/out_order_no")) {
        return match known.request == call.sent() {
            true => shown(world, &known.id),
            false => Err(world.rules.refusal("sharing.repeat_changed").about(&known.id)),
        };
    }
    let (refunded, order_id) = (money::taken(world, &order.id).refund, order.id.clone());
    let wanted = check(world, now, call, &owner, order, refunded)?;
    let unfreezes = call.body.get("unfreeze_unsplit").and_then(serde_json::Value::as_bool).unwrap_or_default();
    let new = New { order: order_id.into(), unfreezes, refunded, wanted };
    let id = note(world, now, call, &owner, new);
    shown(world, &id)
}

/// The answer about one.
pub(super) fn shown(world: &World, id: &str) -> Outcome {
    let sharing = world.sharings.by_id(id).ok_or_else(|| world.rules.refusal("sharing.unknown"))?;
    Ok(Answer::json(200, view(world, sharing)).about(&sharing.order).about(id))
}

/// A request that is accepted.
pub(super) struct New {
    /// The simulator's id of the order.
    pub(super) order: String,
    pub(super) unfreezes: bool,
    /// What was refunded of the order, in fen.
    pub(super) refunded: i64,
    pub(super) wanted: Vec<Wanted>,
}

fn share(world: &mut World, wanted: Wanted) -> Share {
    Share {
        kind: wanted.kind,
        account: wanted.account,
        to: wanted.to,
        amount: wanted.amount,
        description: wanted.description,
        result: ShareResult::Pending,
        fail_reason: None,
        detail_id: world.ids.digits(28),
        done_at: None,
    }
}

/// Notes it, and takes what is to be shared out of what is frozen; without receivers it is finished at once.
pub(super) fn note(world: &mut World, now: Time, call: &Call, owner: &Owner, new: New) -> String {
    let id = world.ids.own("shr");
    let order_id = world.ids.digits(28);
    let shares: Vec<_> = new.wanted.into_iter().map(|wanted| share(world, wanted)).collect();
    let sharing = Sharing {
        id: id.clone(),
        mchid: call.mchid.clone(),
        order: new.order,
        order_id,
        out_order_no: call.text("/out_order_no").to_owned(),
        state: SharingState::Processing,
        unfreezes: new.unfreezes,
        shares,
        refunded: new.refunded,
        ratio_bp: ratio_bp(world, owner),
        created_at: now,
        request: call.sent(),
        due: None,
    };
    let is_empty = sharing.shares.is_empty();
    if let Some(order) = world.orders.by_id(&sharing.order).cloned() {
        payouts::share(world, now, &order, &sharing);
    }
    if new.unfreezes {
        no_more(world, now, &sharing.order);
    }
    world.sharings.insert(sharing);
    world.changed(Kind::Sharing, &id, "created");
    match is_empty {
        true => finish(world, now, &id),
        false => schedule(world, now, &id),
    }
    id
}
