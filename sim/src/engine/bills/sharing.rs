//! The bill of profit sharing: a row for each share that arrived and each return, on the day on which it did.

use jiff::civil::Date;

use super::super::orders::Order;
use super::super::sharings::{ReturnResult, ShareResult, Sharing};
use super::super::time::Time;
use super::super::world::World;
use super::format::{self, Sheet};

pub(crate) const COLUMNS: [&str; 14] = [
    "分账时间",
    "分账发起方",
    "分账方",
    "微信订单号",
    "微信分账/回退单号",
    "分账明细单号",
    "商户分账/回退单号",
    "订单金额",
    "分账接收方",
    "分账金额",
    "业务类型",
    "处理状态",
    "分账描述",
    "备注",
];

const SUMMARY: &str = "分账总笔数,分账总金额";

/// What the rows of shares and of returns have in common.
struct Movement<'w> {
    at: Time,
    mchid: &'w str,
    number: &'w str,
    detail: &'w str,
    own_number: &'w str,
    receiver: &'w str,
    amount: i64,
    business: &'static str,
    description: &'w str,
}

/// The rows of a merchant's day, the newest first; of a partner those of all its sub-merchants, or of one.
pub(crate) fn rows(world: &World, mchid: &str, sub_mchid: Option<&str>, day: Date) -> Vec<Vec<String>> {
    let Some(span) = format::span(day) else { return Vec::new() };
    let is_meant =
        |order: &&Order| order.mchid == mchid && sub_mchid.is_none_or(|sub| order.sub_mchid.as_deref() == Some(sub));
    let mut found: Vec<(Time, Vec<String>)> = Vec::new();
    for sharing in world.sharings.iter() {
        let Some(order) = world.orders.by_id(&sharing.order).filter(is_meant) else { continue };
        let all = shares(sharing).chain(returns(world, sharing));
        let of_day = all.filter(|movement| span.contains(&movement.at));
        found.extend(of_day.map(|movement| (movement.at, row(world, order, &movement))));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().rev().map(|(_, row)| row).collect()
}

/// The shares of a request that arrived.
fn shares(sharing: &Sharing) -> impl Iterator<Item = Movement<'_>> {
    let arrived = sharing.shares.iter().filter(|share| share.result == ShareResult::Success);
    arrived.filter_map(|share| {
        Some(Movement {
            at: share.done_at?,
            mchid: &sharing.mchid,
            number: &sharing.order_id,
            detail: &share.detail_id,
            own_number: &sharing.out_order_no,
            receiver: &share.account,
            amount: share.amount,
            business: "分账",
            description: &share.description,
        })
    })
}

/// What came back of them.
fn returns<'w>(world: &'w World, sharing: &'w Sharing) -> impl Iterator<Item = Movement<'w>> {
    let arrived = world.returns.of(&sharing.id).filter(|returned| returned.result == ReturnResult::Success);
    arrived.filter_map(|returned| {
        Some(Movement {
            at: returned.done_at?,
            mchid: &returned.mchid,
            number: &returned.return_id,
            detail: "",
            own_number: &returned.out_return_no,
            receiver: &returned.return_mchid,
            amount: returned.amount,
            business: "分账回退",
            description: &returned.description,
        })
    })
}

fn row(world: &World, order: &Order, movement: &Movement<'_>) -> Vec<String> {
    let escapes = world.rules.is("bills.escape", "on");
    let description = movement.description;
    vec![
        movement.at.plain(),
        movement.mchid.to_owned(),
        order.owner().to_owned(),
        order.transaction_id.as_deref().unwrap_or_default().to_owned(),
        movement.number.to_owned(),
        movement.detail.to_owned(),
        movement.own_number.to_owned(),
        format::yuan(order.total),
        movement.receiver.to_owned(),
        format::yuan(movement.amount),
        movement.business.to_owned(),
        "成功".to_owned(),
        if escapes { format::escaped(description) } else { description.to_owned() },
        String::new(),
    ]
}

/// A bill's table; its sum is that of the column.
pub(crate) fn sheet(rows: Vec<Vec<String>>) -> Sheet {
    let amounts = rows.iter().filter_map(|row| row.get(9)).map(String::as_str);
    let summary = vec![rows.len().to_string(), format::sum(amounts, 2)];
    Sheet { header: COLUMNS.to_vec(), rows, summary: Some((SUMMARY, summary)) }
}
