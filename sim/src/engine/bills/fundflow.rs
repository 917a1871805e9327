//! The fund-flow bill: a row for each posting of an account, with what was in the account after it.

use jiff::civil::Date;

use super::super::ledger::{MerchantAccount, Posted, PostingKind};
use super::super::orders::Order;
use super::super::world::World;
use super::format::{self, Sheet};
use super::store::Import;

pub(crate) const COLUMNS: [&str; 11] = [
    "记账时间",
    "微信支付业务单号",
    "资金流水单号",
    "业务名称",
    "业务类型",
    "收支类型",
    "收支金额(元)",
    "账户结余(元)",
    "资金变更提交申请人",
    "备注",
    "业务凭证号",
];

const SUMMARY: &str = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";
const INCOME: &str = "收入";
const EXPENSE: &str = "支出";

/// A posting of an account: its number among all, how much came in (or went out, below zero), and what was there then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'w> {
    pub(crate) number: usize,
    pub(crate) posting: Posted<'w>,
    pub(crate) amount: i64,
    pub(crate) balance: i64,
}

/// All postings of a merchant's account, the oldest first; moves between what is free and what is frozen are none.
pub(crate) fn entries<'w>(world: &'w World, mchid: &str, account: MerchantAccount) -> Vec<Entry<'w>> {
    let mut balance = 0;
    let is_it = |found: Option<(&str, MerchantAccount)>| found == Some((mchid, account));
    let mut entries = Vec::new();
    for (index, posting) in world.ledger.postings().enumerate() {
        let amount = match (is_it(posting.from.of_merchant()), is_it(posting.to.of_merchant())) {
            (true, false) => -posting.amount,
            (false, true) => posting.amount,
            _ => continue,
        };
        balance += amount;
        entries.push(Entry { number: index + 1, posting, amount, balance });
    }
    entries
}

/// The rows of a day, the newest first.
pub(crate) fn rows(world: &World, mchid: &str, account: MerchantAccount, day: Date) -> Vec<Vec<String>> {
    let Some(span) = format::span(day) else { return Vec::new() };
    let entries = entries(world, mchid, account);
    let of_day = entries.iter().filter(|entry| span.contains(&entry.posting.at));
    of_day.rev().map(|entry| row(world, mchid, entry)).collect()
}

/// A row that somebody added; what it does not name stays empty.
pub(crate) fn imported(import: &Import) -> Vec<String> {
    COLUMNS.iter().map(|column| import.columns.get(*column).cloned().unwrap_or_default()).collect()
}

/// A bill's table.
pub(crate) fn sheet(rows: Vec<Vec<String>>) -> Sheet {
    let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
    let amounts = |kind: &str| -> Vec<String> {
        rows.iter().filter(|row| cell(row, 5) == kind).map(|row| cell(row, 6)).collect()
    };
    let (income, expense) = (amounts(INCOME), amounts(EXPENSE));
    let sum = |cells: &[String]| format::sum(cells.iter().map(String::as_str), 2);
    let summary =
        vec![rows.len().to_string(), income.len().to_string(), sum(&income), expense.len().to_string(), sum(&expense)];
    Sheet { header: COLUMNS.to_vec(), rows, summary: Some((SUMMARY, summary)) }
}

fn row(world: &World, mchid: &str, entry: &Entry) -> Vec<String> {
    let posting = entry.posting;
    let (name, kind) = business(posting.kind, entry.amount < 0);
    let (own, merchants) = numbers(world, posting);
    vec![
        posting.at.plain(),
        own,
        format!("{mchid}{}{:010}", posting.at.compact().get(..8).unwrap_or_default(), entry.number),
        name.to_owned(),
        kind.to_owned(),
        if entry.amount < 0 { EXPENSE } else { INCOME }.to_owned(),
        format::yuan(posting.amount),
        format::yuan(entry.balance),
        "system".to_owned(),
        remark(world, posting),
        merchants,
    ]
}

/// The name and the kind of business.
fn business(kind: PostingKind, is_expense: bool) -> (&'static str, &'static str) {
    match kind {
        PostingKind::TopUp if is_expense => ("提现", "提现"),
        PostingKind::TopUp => ("充值", "充值"),
        PostingKind::Pay | PostingKind::Coupon => ("交易", "交易"),
        PostingKind::Fee => ("交易", "扣除交易手续费"),
        PostingKind::Refund
        | PostingKind::RefundFee
        | PostingKind::RefundPaid
        | PostingKind::Reverse
        | PostingKind::ReverseFee
        | PostingKind::ReversePaid => ("退款", "退款"),
        PostingKind::RefundBack | PostingKind::RefundFeeBack => ("退款", "退款关闭"),
        PostingKind::Share | PostingKind::SharePaid | PostingKind::Release => ("分账", "分账"),
        PostingKind::ShareBack => ("分账", "分账失败退回"),
        PostingKind::ShareReturn => ("分账", "分账回退"),
        PostingKind::TransferLock | PostingKind::TransferPaid => ("商家转账", "商家转账"),
        PostingKind::TransferBack => ("商家转账", "商家转账退回"),
    }
}

/// WeChat Pay's number of the business, and the merchant's.
fn numbers(world: &World, posting: Posted<'_>) -> (String, String) {
    if let Some(refund) = world.refunds.by_id(posting.reference) {
        return (refund.refund_id.clone(), refund.out_refund_no.clone());
    }
    if let Some(transfer) = world.transfers.by_id(posting.reference) {
        return (transfer.transfer_bill_no.clone(), transfer.out_bill_no.clone());
    }
    if let Some(sharing) = world.sharings.by_id(posting.reference) {
        return (sharing.order_id.clone(), sharing.out_order_no.clone());
    }
    if let Some(returned) = world.returns.by_id(posting.reference) {
        return (returned.return_id.clone(), returned.out_return_no.clone());
    }
    match world.orders.by_id(posting.order) {
        Some(order) => (order.transaction_id.as_deref().unwrap_or_default().to_owned(), order.out_trade_no.to_string()),
        None => (posting.reference.to_owned(), String::new()),
    }
}

/// Of a refund: what it is in all, and what of that is fee.
fn remark(world: &World, posting: Posted<'_>) -> String {
    let back = match posting.kind {
        PostingKind::Refund | PostingKind::RefundBack => {
            world.refunds.by_id(posting.reference).map(|refund| (refund.settlement, refund.fee_back))
        }
        PostingKind::Reverse => {
            let order = world.orders.by_id(posting.order);
            order.and_then(Order::reversed).map(|(_, back)| (back.settlement, back.fee))
        }
        _ => None,
    };
    let text = |(all, fee): (i64, i64)| format!("退款总金额{}元;含手续费{}元", format::yuan(all), format::yuan(fee));
    back.map(text).unwrap_or_default()
}
