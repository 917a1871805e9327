//! Trade bills: every order that was paid or refunded that day.

use super::kind::BillKind;
use super::money::{self, FEN};
use super::plan::{Cell, OwnRow, Plan, said};
use crate::mock::merchant::MCHID;

/// All columns, in the order of a `REFUND` bill.
pub(super) const COLUMNS: [&str; 29] = [
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

/// Those of a `REFUND` bill alone.
const OF_REFUNDS_ALONE: [&str; 2] = ["退款申请时间", "退款成功时间"];

/// Those that a `SUCCESS` bill lacks besides.
const OF_REFUNDS: [&str; 7] =
    ["微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额"];

/// The amounts, with the decimals they may have.
pub(super) const AMOUNTS: [(&str, usize); 7] = [
    ("应结订单金额", 2),
    ("代金券金额", 2),
    ("退款金额", 2),
    ("充值券退款金额", 2),
    ("手续费", 5),
    ("订单金额", 2),
    ("申请退款金额", 2),
];

const SUMMARY: [&str; 7] =
    ["总交易单数", "应结订单总金额", "退款总金额", "充值券退款总金额", "手续费总金额", "订单总金额", "申请退款总金额"];

/// The columns of a bill.
pub(super) fn columns(kind: BillKind) -> Vec<&'static str> {
    let refunds = matches!(kind, BillKind::TradeRefund | BillKind::TradeRechargeRefund);
    let kept = |column: &&str| match kind {
        BillKind::TradeSuccess => !OF_REFUNDS.contains(column) && !OF_REFUNDS_ALONE.contains(column),
        _ => refunds || !OF_REFUNDS_ALONE.contains(column),
    };
    COLUMNS.into_iter().filter(kept).collect()
}

/// What the rows come to.
#[derive(Debug, Default)]
pub(super) struct Totals {
    count: u64,
    settled: i128,
    refunded: i128,
    recharged: i128,
    fee: i128,
    ordered: i128,
    applied: i128,
}

/// A row's amounts.
struct Amounts {
    settled: i128,
    refunded: i128,
    fee: i128,
    ordered: i128,
    applied: i128,
}

impl Totals {
    /// The cells of a row, which is counted; `None` if it is not in this bill.
    pub(super) fn row(&mut self, plan: &Plan, number: u64) -> Option<Vec<Cell>> {
        let own = plan.own(number);
        let state = state(plan, number);
        let of_bill = match plan.kind {
            BillKind::TradeSuccess => state == "SUCCESS",
            BillKind::TradeRefund => state == "REFUND",
            BillKind::TradeRechargeRefund => false,
            _ => true,
        };
        if !of_bill && !plan.only {
            return None;
        }
        let refund = state == "REFUND";
        // In a bill of both, a part of the payment in the row before.
        let order = if is_refund(plan, number) { number - 1 } else { number };
        let amounts = Amounts::of(own, refund, generated(plan, number));
        self.add(&amounts, own);
        let cell = |column: &str| {
            let said = said(own, column).map(|text| Cell::from(text.to_owned()));
            said.unwrap_or_else(|| cell(column, plan, (number, order), state, &amounts))
        };
        Some(columns(plan.kind).into_iter().map(cell).collect())
    }

    fn add(&mut self, amounts: &Amounts, own: Option<&OwnRow>) {
        self.count += 1;
        self.settled += amounts.settled;
        self.refunded += amounts.refunded;
        self.recharged += amount(own, "充值券退款金额").unwrap_or_default();
        self.fee += amounts.fee;
        self.ordered += amounts.ordered;
        self.applied += amounts.applied;
    }

    /// The two lines at the end.
    pub(super) fn summary(&self) -> (Vec<&'static str>, Vec<String>) {
        let yuan = |units| money::write(units, 2);
        let fee = money::write(self.fee, 5);
        let (settled, refunded, recharged) = (yuan(self.settled), yuan(self.refunded), yuan(self.recharged));
        let values =
            vec![self.count.to_string(), settled, refunded, recharged, fee, yuan(self.ordered), yuan(self.applied)];
        (SUMMARY.to_vec(), values)
    }
}

/// Whether a row of a bill of both is a refund of the row before: every third one, if both are generated.
fn is_refund(plan: &Plan, number: u64) -> bool {
    let both = !plan.only || plan.kind == BillKind::TradeAll;
    both && number % 3 == 0 && number <= plan.rows && plan.own(number - 1).is_none()
}

/// The amount of a generated row. A payment that is partly refunded in the next row has that row's amount besides.
fn generated(plan: &Plan, number: u64) -> i128 {
    let fen = |number: u64| (100 + i128::from(number % 100)) * FEN;
    fen(number) + if is_refund(plan, number + 1) { fen(number + 1) } else { 0 }
}

/// A payment or a refund: as the row says, by its columns, or every third one.
fn state(plan: &Plan, number: u64) -> &str {
    let own = plan.own(number);
    let of_refund = matches!(plan.kind, BillKind::TradeRefund | BillKind::TradeRechargeRefund) && plan.only;
    let refund = match own {
        Some(_) => OF_REFUNDS.iter().chain(&OF_REFUNDS_ALONE).any(|column| said(own, column).is_some()),
        None => is_refund(plan, number),
    };
    said(own, "交易状态").unwrap_or(if refund || of_refund { "REFUND" } else { "SUCCESS" })
}

/// What the row says about an amount, which is one.
fn amount(own: Option<&OwnRow>, column: &str) -> Option<i128> {
    money::parse(said(own, column)?, 5)
}

impl Amounts {
    /// Of two amounts that are the same without coupons, one is enough.
    fn of(own: Option<&OwnRow>, refund: bool, generated: i128) -> Self {
        let either = |one: &str, other: &str| amount(own, one).or_else(|| amount(own, other));
        let (paid, back) = if refund { (0, generated) } else { (generated, 0) };
        let settled = either("应结订单金额", "订单金额").unwrap_or(paid);
        let refunded = either("退款金额", "申请退款金额").unwrap_or(back);
        let due = if refund { -money::fee(refunded) } else { money::fee(settled) };
        Self {
            settled,
            refunded,
            fee: amount(own, "手续费").unwrap_or(due),
            ordered: either("订单金额", "应结订单金额").unwrap_or(paid),
            applied: either("申请退款金额", "退款金额").unwrap_or(back),
        }
    }
}

/// A cell that the row says nothing about.
fn cell(column: &str, plan: &Plan, (number, order): (u64, u64), state: &str, amounts: &Amounts) -> Cell {
    let refund = state == "REFUND";
    let or_zero = |text: String| if refund { text.into() } else { "0".into() };
    let if_refund = |text: &'static str| if refund { text.into() } else { "".into() };
    match column {
        "交易时间" => plan.time(order).into(),
        "退款申请时间" | "退款成功时间" => plan.time(number).into(),
        "公众账号ID" => "wxd678efh567hg6787".into(),
        "商户号" => MCHID.into(),
        "特约商户号" => "0".into(),
        "微信订单号" => format!("42000{order:023}").into(),
        "商户订单号" => format!("1217752501{order:018}").into(),
        "用户标识" => format!("oUpF8uMuAJO_{order:016}").into(),
        "交易类型" => "JSAPI".into(),
        "交易状态" => state.to_owned().into(),
        "付款银行" => "OTHERS".into(),
        "货币种类" => "CNY".into(),
        "应结订单金额" => money::write(amounts.settled, 2).into(),
        "代金券金额" | "充值券退款金额" => "0.00".into(),
        "微信退款单号" => or_zero(format!("50{number:027}")),
        "商户退款单号" => or_zero(format!("R1217752501{number:018}")),
        "退款金额" => money::write(amounts.refunded, 2).into(),
        "退款类型" => if_refund("ORIGINAL"),
        "退款状态" => if_refund("SUCCESS"),
        // With a comma, as customers see them.
        "商品名称" => format!("测试商品, 第{order}件").into(),
        "手续费" => money::write(amounts.fee, 5).into(),
        "费率" => "0.60%".into(),
        "订单金额" => money::write(amounts.ordered, 2).into(),
        "申请退款金额" => money::write(amounts.applied, 2).into(),
        _ => "".into(),
    }
}
