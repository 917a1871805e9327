//! The trade bill: a row for each payment, refund and reversed code of a day.

use jiff::civil::Date;

use super::super::money::{self, Back};
use super::super::orders::Order;
use super::super::refunds::{Refund, RefundStatus};
use super::super::time::Time;
use super::super::world::World;
use super::format::{self, Sheet};
use super::store::{Import, TradeType};

/// All columns that there are; a bill has some of them.
pub(crate) const COLUMNS: [&str; 29] = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "退款申请时间",
    "退款成功时间",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
];

/// Columns that only a bill of refunds has.
const OF_REFUNDS: [&str; 2] = ["退款申请时间", "退款成功时间"];

/// Columns that a bill of payments does not have.
const NOT_OF_PAYMENTS: [&str; 7] =
    ["微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额"];

const SUMMARY: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

/// Whether a bill has a column.
fn has(kind: TradeType, column: &str) -> bool {
    match kind {
        TradeType::Refund => true,
        TradeType::Success => !OF_REFUNDS.contains(&column) && !NOT_OF_PAYMENTS.contains(&column),
        TradeType::All | TradeType::Other => !OF_REFUNDS.contains(&column),
    }
}

/// A row: what it is about, and the text of each of [`COLUMNS`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    is_payment: bool,
    cells: Vec<String>,
}

impl Row {
    /// The text of a column; empty for one that there is not.
    pub(crate) fn cell(&self, column: &str) -> &str {
        let at = COLUMNS.iter().position(|known| *known == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    fn belongs(&self, kind: TradeType) -> bool {
        match kind {
            TradeType::All => true,
            TradeType::Success => self.is_payment,
            TradeType::Refund => !self.is_payment,
            TradeType::Other => false,
        }
    }
}

/// A bill's table.
pub(crate) fn sheet(rows: &[Row], kind: TradeType, count_text: &str) -> Sheet {
    let header: Vec<&str> = COLUMNS.into_iter().filter(|column| has(kind, column)).collect();
    let shown: Vec<&Row> = rows.iter().filter(|row| row.belongs(kind)).collect();
    let cells = |row: &&Row| header.iter().map(|column| row.cell(column).to_owned()).collect();
    let summary = (kind != TradeType::Other).then(|| (SUMMARY, summary(&shown, count_text)));
    Sheet { rows: shown.iter().map(cells).collect(), header, summary }
}

fn summary(rows: &[&Row], count_text: &str) -> Vec<String> {
    let sum = |column: &str, places| format::sum(rows.iter().map(|row| row.cell(column)), places);
    let dot = if count_text.ends_with(".0") { ".0" } else { "" };
    vec![
        format!("{}{dot}", rows.len()),
        sum("应结订单金额", 2),
        sum("退款金额", 2),
        sum("充值券退款金额", 2),
        sum("手续费", 5),
        sum("订单金额", 2),
        sum("申请退款金额", 2),
    ]
}

/// The rows of a merchant's day, the newest first; of a partner those of all its sub-merchants, or of one.
pub(crate) fn rows(world: &World, mchid: &str, sub_mchid: Option<&str>, day: Date) -> Vec<Row> {
    let Some(span) = format::span(day) else { return Vec::new() };
    let is_meant = |order: &&Order| {
        let is_own = order.mchid == mchid && sub_mchid.is_none_or(|sub| order.sub_mchid.as_deref() == Some(sub));
        is_own && !order.is_combined()
    };
    let mut found: Vec<(Time, Row)> = Vec::new();
    for order in world.orders.iter().filter(is_meant) {
        let paid = order.paid_at.map(|at| (at, payment(world, order, at)));
        let refunded = world.refunds.of_order(&order.id).map(|made| (made.created_at, refund(world, order, made)));
        let reversed = order.reversed().map(|(at, back)| (at, reversal(world, order, at, back)));
        found.extend(paid.into_iter().chain(refunded).chain(reversed).filter(|(at, _)| span.contains(at)));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().rev().map(|(_, row)| row).collect()
}

/// A row that somebody added; what it does not name stays empty.
pub(crate) fn imported(import: &Import) -> Row {
    let text = |column: &&str| import.columns.get(*column).cloned().unwrap_or_default();
    let state = import.columns.get("交易状态").map_or("", String::as_str);
    Row { is_payment: !matches!(state, "REFUND" | "REVOKED"), cells: COLUMNS.iter().map(text).collect() }
}

fn payment(world: &World, order: &Order, at: Time) -> Row {
    let sums = money::sums(world, order);
    let coupon = sums.total - sums.payer_total;
    let amounts =
        Amounts { settlement: sums.settlement, coupon, fee: sums.fee(), total: sums.total, ..Amounts::default() };
    row(
        world,
        order,
        at,
        &Refunded { state: "SUCCESS", refund_id: "0", out_refund_no: "0", ..Refunded::default() },
        amounts,
    )
}

fn refund(world: &World, order: &Order, refund: &Refund) -> Row {
    let done_at = refund.done_at.filter(|_| refund.status == RefundStatus::Success);
    let refunded = Refunded {
        state: "REFUND",
        asked_at: refund.created_at.plain(),
        done_at: done_at.map(Time::plain).unwrap_or_default(),
        refund_id: &refund.refund_id,
        out_refund_no: &refund.out_refund_no,
        kind: "ORIGINAL",
        status: match refund.status {
            RefundStatus::Success => "SUCCESS",
            RefundStatus::Processing => "PROCESSING",
            RefundStatus::Closed => "FAIL",
            RefundStatus::Abnormal => "CHANGE",
        },
    };
    row(world, order, refund.created_at, &refunded, Amounts::back(world, order, refund.into()))
}

/// A code that was paid and then reversed: like a refund without numbers.
fn reversal(world: &World, order: &Order, at: Time, back: Back) -> Row {
    let refunded = Refunded {
        state: "REVOKED",
        asked_at: at.plain(),
        done_at: at.plain(),
        refund_id: "0",
        out_refund_no: "0",
        kind: "ORIGINAL",
        status: "SUCCESS",
    };
    row(world, order, at, &refunded, Amounts::back(world, order, back))
}

/// What a row says of money, in fen.
#[derive(Clone, Copy, Debug, Default)]
struct Amounts {
    settlement: i64,
    coupon: i64,
    refunded: i64,
    coupon_refunded: i64,
    fee: i64,
    total: i64,
    asked: i64,
}

impl Amounts {
    fn back(world: &World, order: &Order, back: Back) -> Self {
        let is_cash = order.coupon.as_ref().is_some_and(|coupon| coupon.is_cash);
        Self {
            refunded: back.settlement,
            coupon_refunded: if is_cash { back.settlement - back.payer } else { 0 },
            fee: if world.rules.is("bills.refund_fee_sign", "negative") { -back.fee } else { 0 },
            asked: back.refund,
            ..Self::default()
        }
    }
}

/// What a row says of a refund.
#[derive(Clone, Debug, Default)]
struct Refunded<'r> {
    state: &'static str,
    asked_at: String,
    done_at: String,
    refund_id: &'r str,
    out_refund_no: &'r str,
    kind: &'static str,
    status: &'static str,
}

fn row(world: &World, order: &Order, at: Time, refunded: &Refunded, amounts: Amounts) -> Row {
    let escapes = world.rules.is("bills.escape", "on");
    let free = |text: &str| if escapes { format::escaped(text) } else { text.to_owned() };
    let openid = order.openid.as_deref().or(order.sub_openid.as_deref());
    let cells = vec![
        at.plain(),
        order.appid.to_string(),
        order.mchid.to_string(),
        order.sub_mchid.as_deref().unwrap_or("0").to_owned(),
        free(order.device.as_deref().unwrap_or_default()),
        order.transaction_id.as_deref().unwrap_or_default().to_owned(),
        order.out_trade_no.to_string(),
        openid.unwrap_or_default().to_owned(),
        order.trade_type.as_str().to_owned(),
        refunded.state.to_owned(),
        order.bank_type.as_deref().unwrap_or("OTHERS").to_owned(),
        order.currency.to_string(),
        format::yuan(amounts.settlement),
        format::yuan(amounts.coupon),
        refunded.asked_at.clone(),
        refunded.done_at.clone(),
        refunded.refund_id.to_owned(),
        refunded.out_refund_no.to_owned(),
        format::yuan(amounts.refunded),
        format::yuan(amounts.coupon_refunded),
        refunded.kind.to_owned(),
        refunded.status.to_owned(),
        free(&order.description),
        free(order.attach.as_deref().unwrap_or_default()),
        format::fee(amounts.fee),
        format::rate(money::sums(world, order).fee_bp),
        format::yuan(amounts.total),
        format::yuan(amounts.asked),
        String::new(),
    ];
    Row { is_payment: refunded.state == "SUCCESS", cells }
}
