//! I8: bills say what the ledger says.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::super::bills::store::TradeType;
use super::super::bills::{format, fundflow, trade};
use super::super::ledger::{Account, MerchantAccount, PostingKind};
use super::super::orders::Order;
use super::super::time::Time;
use super::super::world::World;
use super::Broken;

pub(super) fn check(world: &World) -> Vec<Broken> {
    let days = days(world);
    let mut broken = Vec::new();
    for mchid in world.merchants.keys() {
        for account in MerchantAccount::ALL {
            check_fundflow(world, mchid, account, &days, &mut broken);
        }
        check_trade(world, mchid, &days, &mut broken);
    }
    broken
}

/// The days on which anything happened; what a coupon pays wholly moves no money.
fn days(world: &World) -> BTreeSet<Date> {
    let posted = world.ledger.postings().map(|posting| posting.at);
    let paid = world.orders.iter().flat_map(|order| [order.paid_at, order.reversed().map(|(at, _)| at)]).flatten();
    let refunded = world.refunds.iter().map(|refund| refund.created_at);
    posted.chain(paid).chain(refunded).map(Time::day).collect()
}

/// All days together are the change of the balance, and each row has the balance after it.
fn check_fundflow(
    world: &World,
    mchid: &str,
    account: MerchantAccount,
    days: &BTreeSet<Date>,
    broken: &mut Vec<Broken>,
) {
    let mut balance: i128 = 0;
    for day in days {
        for row in fundflow::rows(world, mchid, account, *day).into_iter().rev() {
            let cell = |at: usize| row.get(at).and_then(|cell| format::units(cell)).unwrap_or_default();
            let sign = if row.get(5).is_some_and(|kind| kind == "收入") { 1 } else { -1 };
            balance += sign * cell(6);
            if cell(7) != balance {
                let text = format!("{} of {day}: a row does not have the balance after it", account.as_str());
                broken.push(Broken::new("I8", text, mchid));
            }
        }
    }
    let frozen = match account {
        MerchantAccount::Basic => Account::BasicFrozen(mchid.to_owned()),
        _ => Account::OperationFrozen(mchid.to_owned()),
    };
    let extra = if account == MerchantAccount::Fees { 0 } else { world.ledger.balance(&frozen) };
    let has = world.ledger.balance(&account.available(mchid)) + extra;
    if balance != i128::from(has) * 1000 {
        broken.push(Broken::new("I8", format!("{}: rows sum to another balance", account.as_str()), mchid));
    }
}

fn check_trade(world: &World, mchid: &str, days: &BTreeSet<Date>, broken: &mut Vec<Broken>) {
    let (mut all, mut parts) = (0, 0);
    let (mut asked, mut fees) = (0, 0);
    for day in days {
        let rows = trade::rows(world, mchid, None, *day);
        let count = |kind| trade::sheet(&rows, kind, "3").rows.len();
        all += count(TradeType::All);
        parts += count(TradeType::Success) + count(TradeType::Refund);
        let sum = |column: &str| -> i128 { rows.iter().filter_map(|row| format::units(row.cell(column))).sum() };
        asked += sum("订单金额") - sum("申请退款金额");
        fees += sum("手续费");
    }
    let mut wrong = |text: &str| broken.push(Broken::new("I8", text, mchid));
    if all != parts {
        wrong("the bill of all is not that of payments and that of refunds");
    }
    if asked != i128::from(asked_of(world, mchid)) * 1000 {
        wrong("amounts of the trade bill are not those of orders and refunds");
    }
    let is_negative = world.rules.is("bills.refund_fee_sign", "negative");
    if is_negative && fees != i128::from(fees_of(world, mchid)) * 1000 {
        wrong("fees of the trade bill are not the ledger's");
    }
}

/// What was ordered and paid, less what was asked back.
fn asked_of(world: &World, mchid: &str) -> i64 {
    let own = || world.orders.iter().filter(|order| order.mchid == mchid && !order.is_combined());
    let paid: i64 = own().filter(|order| order.paid_at.is_some()).map(|order| order.total).sum();
    let reversed: i64 = own().filter_map(Order::reversed).map(|(_, back)| back.refund).sum();
    let refunded: i64 = world.refunds.iter().filter(|refund| refund.mchid == mchid).map(|refund| refund.refund).sum();
    paid - reversed - refunded
}

/// Fees taken, less those that refunds set aside; that a refund was closed later no bill says.
fn fees_of(world: &World, mchid: &str) -> i64 {
    let is_own = |order: &str| world.orders.by_id(order).is_some_and(|order| order.mchid == mchid);
    let own = world.ledger.postings().filter(|posting| is_own(posting.order));
    own.map(|posting| match posting.kind {
        PostingKind::Fee => posting.amount,
        PostingKind::RefundFee | PostingKind::ReverseFee => -posting.amount,
        _ => 0,
    })
    .sum()
}
