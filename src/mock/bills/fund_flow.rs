//! Fund-flow bills: every change of an account's balance that day.

use super::kind::BillKind;
use super::money::{self, FEN};
use super::plan::{Cell, Plan, said};

pub(super) const COLUMNS: [&str; 11] = [
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

/// The amounts, with the decimals they may have.
pub(super) const AMOUNTS: [(&str, usize); 2] = [("收支金额(元)", 2), ("账户结余(元)", 2)];

const SUMMARY: [&str; 5] = ["资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额"];

/// The two directions that a row can have.
pub(super) const INCOME: &str = "收入";
pub(super) const EXPENSE: &str = "支出";

/// What each account had before the first row.
const OPENING: i128 = 1_000_000 * FEN;

/// What the rows come to, and the balance after them.
#[derive(Debug)]
pub(super) struct Totals {
    income: (u64, i128),
    expense: (u64, i128),
    balance: i128,
}

impl Default for Totals {
    fn default() -> Self {
        Self { income: (0, 0), expense: (0, 0), balance: OPENING }
    }
}

/// What a generated row is about: name, type and direction of the business.
fn business(kind: BillKind, number: u64) -> [&'static str; 3] {
    match (kind, number % 3) {
        (BillKind::FundFlowOperation | BillKind::FundFlowFees, 1) => ["充值", "充值", INCOME],
        (BillKind::FundFlowOperation, _) => ["商家转账", "商家转账", EXPENSE],
        (_, 1) => ["交易", "交易", INCOME],
        (BillKind::FundFlowFees, _) | (_, 2) => ["交易", "扣除交易手续费", EXPENSE],
        _ => ["退款", "退款", EXPENSE],
    }
}

impl Totals {
    /// The cells of a row, which is counted.
    pub(super) fn row(&mut self, plan: &Plan, number: u64) -> Vec<Cell> {
        let own = plan.own(number);
        let [name, kind, direction] =
            if own.is_some() { ["交易", "交易", INCOME] } else { business(plan.kind, number) };
        let generated = if kind == "扣除交易手续费" { FEN } else { (100 + i128::from(number % 100)) * FEN };
        let amount = said(own, "收支金额(元)").and_then(|text| money::parse(text, 2)).unwrap_or(generated);
        let direction = said(own, "收支类型").unwrap_or(direction).to_owned();
        let income = direction == INCOME;
        let total = if income { &mut self.income } else { &mut self.expense };
        *total = (total.0 + 1, total.1 + amount);
        let after = if income { self.balance + amount } else { self.balance - amount };
        self.balance = said(own, "账户结余(元)").and_then(|text| money::parse(text, 2)).unwrap_or(after);
        let cell = |column: &str| match (said(own, column), column) {
            (Some(text), _) => Cell::from(text.to_owned()),
            (None, "记账时间") => plan.time(number).into(),
            (None, "微信支付业务单号" | "资金流水单号") => format!("42000{number:023}").into(),
            (None, "业务名称") => name.into(),
            (None, "业务类型") => kind.into(),
            (None, "收支类型") => direction.clone().into(),
            (None, "收支金额(元)") => money::write(amount, 2).into(),
            (None, "账户结余(元)") => money::write(self.balance, 2).into(),
            (None, "资金变更提交申请人") => "system".into(),
            (None, "备注") if kind == "退款" => {
                format!("退款总金额{}元;含手续费0.00元", money::write(amount, 2)).into()
            }
            (None, "业务凭证号") => format!("S{number:018}").into(),
            (None, _) => "".into(),
        };
        COLUMNS.into_iter().map(cell).collect()
    }

    /// The two lines at the end.
    pub(super) fn summary(&self) -> (Vec<&'static str>, Vec<String>) {
        let values = vec![
            (self.income.0 + self.expense.0).to_string(),
            self.income.0.to_string(),
            money::write(self.income.1, 2),
            self.expense.0.to_string(),
            money::write(self.expense.1, 2),
        ];
        (SUMMARY.to_vec(), values)
    }
}
