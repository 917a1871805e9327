//! Whether an order may be shared so: the refusals in the gateway's order.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::super::answer::Refusal;
use super::super::super::call::Call;
use super::super::super::ledger::Account;
use super::super::super::money;
use super::super::super::orders::Order;
use super::super::super::receivers::{Owner, Receiver};
use super::super::super::sharings::ReceiverKind;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::parties;
use super::receivers::is_named;

/// What a request says of one receiver, and where its money would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) kind: ReceiverKind,
    pub(super) account: String,
    pub(super) to: Account,
    pub(super) amount: i64,
    pub(super) description: String,
}

/// The receivers of a new request, if all is right with it; `refunded` is what went back of the order.
///
/// # Errors
///
/// Why it is refused.
pub(super) fn check(
    world: &World,
    now: Time,
    call: &Call,
    owner: &Owner,
    order: &Order,
    refunded: i64,
) -> Result<Vec<Wanted>, Refusal> {
    let refused = |rule: &str| Err(world.rules.refusal(rule).about(order.id.as_str()));
    let earliest = order.paid_at.map(|paid| paid.plus_seconds(world.rules.number("sharing.wait_s")));
    if earliest.is_none_or(|earliest| now < earliest) {
        return refused("sharing.early");
    }
    if order.sharing_ended.is_some() {
        return refused("sharing.ended");
    }
    if world.sharings.of(&order.id).count() >= limit(world, "sharing.requests") {
        return refused("sharing.requests_refused");
    }
    let items = items(world, call, owner)?;
    let wanted = items.into_iter().map(|item| item.related(world, owner)).collect::<Result<Vec<_>, _>>()?;
    amounts(world, owner, order, refunded, &wanted).map(|()| wanted)
}

fn limit(world: &World, rule: &str) -> usize {
    usize::try_from(world.rules.number(rule)).unwrap_or_default()
}

/// A member of the list of receivers, as it was sent.
struct Item<'c> {
    kind: ReceiverKind,
    account: &'c str,
    name: &'c str,
    amount: i64,
    description: &'c str,
}

/// The receivers that are named: some, not too many, each once, none of them who shares.
fn items<'c>(world: &World, call: &'c Call, owner: &Owner) -> Result<Vec<Item<'c>>, Refusal> {
    let param = |field: &str, text: String| Refusal::param(field, "body", text);
    let list = call.body.pointer("/receivers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let unfreezes = call.body.get("unfreeze_unsplit").and_then(Value::as_bool).unwrap_or_default();
    if list.is_empty() && !unfreezes {
        return Err(param("/receivers", "分账接收方列表不能为空".to_owned()));
    }
    let most = limit(world, "sharing.receivers");
    if list.len() > most {
        return Err(param("/receivers", format!("分账接收方列表不能超过{most}个")));
    }
    let (mut items, mut seen) = (Vec::new(), BTreeSet::new());
    for (index, value) in list.iter().enumerate() {
        let field = |name: &str| format!("/receivers/{index}/{name}");
        let item = item(value).ok_or_else(|| param(&field("type"), "分账接收方类型不正确".to_owned()))?;
        if item.amount < 1 {
            return Err(param(&field("amount"), "分账金额不能小于1分".to_owned()));
        }
        if item.kind == ReceiverKind::MerchantId && item.account == parties::payer(owner) {
            return Err(param(&field("account"), "分账接收方不能是分账方".to_owned()));
        }
        if !seen.insert((item.kind, item.account)) {
            return Err(param(&field("account"), "分账接收方不能重复".to_owned()));
        }
        app(call, item.kind)?;
        items.push(item);
    }
    Ok(items)
}

fn item(value: &Value) -> Option<Item<'_>> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    Some(Item {
        kind: ReceiverKind::parse(text("type"))?,
        account: text("account"),
        name: text("name"),
        amount: value.get("amount").and_then(Value::as_i64).unwrap_or_default(),
        description: text("description"),
    })
}

/// An openid is somebody's at an app alone, so that has to be named.
fn app(call: &Call, kind: ReceiverKind) -> Result<(), Refusal> {
    let name = match kind {
        ReceiverKind::MerchantId => return Ok(()),
        ReceiverKind::PersonalOpenid => "appid",
        ReceiverKind::PersonalSubOpenid => "sub_appid",
    };
    match call.text(&format!("/{name}")).is_empty() {
        true => Err(Refusal::param(&format!("/{name}"), "body", format!("分账给个人时必须传入{name}"))),
        false => Ok(()),
    }
}

impl Item<'_> {
    /// With where the money goes, if there is such a relation and the name is right.
    fn related(self, world: &World, owner: &Owner) -> Result<Wanted, Refusal> {
        let receiver = world.receivers.find(owner, self.kind, self.account);
        let Some(Receiver { to, .. }) = receiver else { return Err(world.rules.refusal("sharing.relation")) };
        if let Account::Wallet(payer) = to {
            is_named(world, payer, self.name)?;
        }
        let (account, description) = (self.account.to_owned(), self.description.to_owned());
        Ok(Wanted { kind: self.kind, account, to: to.clone(), amount: self.amount, description })
    }
}

/// All shares of the order together are no more than its ratio allows, and these no more than what is left of it.
fn amounts(world: &World, owner: &Owner, order: &Order, refunded: i64, wanted: &[Wanted]) -> Result<(), Refusal> {
    let sum = wanted.iter().try_fold(0_i64, |sum, wanted| sum.checked_add(wanted.amount)).unwrap_or(i64::MAX);
    let before = shared(world, order);
    let most = money::portion(order.total - refunded, i64::from(ratio_bp(world, owner)), 10_000);
    if sum.saturating_add(before) > most && !wanted.is_empty() {
        return Err(world.rules.refusal("sharing.ratio").about(order.id.as_str()));
    }
    match sum > world.ledger.frozen_of(&order.id) {
        true => Err(world.rules.refusal("sharing.not_enough").about(order.id.as_str())),
        false => Ok(()),
    }
}

/// The most that may be shared, in 1/10,000.
pub(super) fn ratio_bp(world: &World, owner: &Owner) -> u32 {
    world.merchants.get(parties::payer(owner)).map_or(0, |payer| payer.share_ratio_bp)
}

/// What all requests together took of the order's money and did not give back, in fen.
pub(crate) fn shared(world: &World, order: &Order) -> i64 {
    world.sharings.of(&order.id).map(super::super::super::sharings::Sharing::shared).sum()
}
