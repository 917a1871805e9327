//! A bill added up, and compared with what its summary says.

use serde_json::{Map, Value, json};
use wechatpay_chain::{Bill, ColumnKind, Row};

use super::money::{Money, Unit};
use super::read::{no_amount, require, rows};
use crate::base::failure::Failure;

/// Rows added up.
#[derive(Clone, Default)]
struct Totals {
    rows: u64,
    /// One for each column of money.
    amounts: Vec<Money>,
}

/// What a bill comes to.
pub(crate) struct Sum {
    /// The columns of money.
    columns: Vec<String>,
    all: Totals,
    /// By the value of the column that was asked for, in the order of appearance.
    groups: Option<Vec<(String, Totals)>>,
    summary: Vec<(String, String)>,
    checks: Vec<Check>,
}

/// One value of the summary beside what the rows come to.
struct Check {
    summary: String,
    column: Option<String>,
    rows: Value,
    stated: Value,
    ok: bool,
}

/// The column that says whether a row of a fund-flow bill is income or expense, and that of its amount.
const DIRECTION: &str = "收支类型";
const FLOW: &str = "收支金额(元)";
const DIRECTIONS: [&str; 2] = ["收入", "支出"];

impl Sum {
    /// Adds up a bill; `by` names the column whose values make groups.
    ///
    /// # Errors
    ///
    /// Exit 2 for a column that is not there; exit 5 for a bill that is cut off, or an amount that is none.
    pub(crate) fn of(bill: &Bill, by: Option<&str>) -> Result<Self, Failure> {
        by.map_or(Ok(()), |by| require(bill.columns(), by))?;
        let columns: Vec<_> =
            bill.columns().iter().filter(|name| ColumnKind::of(name) == ColumnKind::Money).cloned().collect();
        let empty = || Totals { rows: 0, amounts: vec![Money::default(); columns.len()] };
        let (mut all, mut groups, mut flows) = (empty(), Groups::default(), [empty(), empty()]);
        let summary = rows(bill, |row| {
            let amounts = amounts(row, &columns)?;
            all.add(&amounts);
            if let Some(by) = by {
                groups.entry(row.get(by).unwrap_or_default(), empty).add(&amounts);
            }
            if let Some(at) = DIRECTIONS.iter().position(|direction| row.get(DIRECTION) == Some(direction)) {
                flows[at].add(&amounts);
            }
            Ok(())
        })?;
        let stated: Vec<_> = summary.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let checks = stated.iter().filter_map(|(name, text)| check(name, text, &columns, &all, &flows)).collect();
        Ok(Self { columns, all, groups: by.map(|_| groups.0), summary: stated, checks })
    }

    /// Whether the summary says what the rows come to.
    pub(crate) fn is_ok(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }

    /// The members of the document.
    pub(crate) fn json(&self) -> Value {
        let columns = |totals: &Totals| -> Map<String, Value> {
            self.columns.iter().cloned().zip(totals.amounts.iter().map(|amount| amount.json())).collect()
        };
        let group = |(value, totals): &(String, Totals)| json!({"value": value, "rows": totals.rows, "columns": columns(totals)});
        let check = |check: &Check| json!({"summary": check.summary, "column": check.column, "rows": check.rows, "stated": check.stated, "ok": check.ok});
        json!({
            "rows": self.all.rows,
            "columns": columns(&self.all),
            "summary": self.summary.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect::<Map<_, Value>>(),
            "checks": self.checks.iter().map(check).collect::<Vec<_>>(),
            "groups": self.groups.as_ref().map(|groups| groups.iter().map(group).collect::<Vec<_>>()),
            "ok": self.is_ok(),
        })
    }

    /// The lines for people.
    pub(crate) fn text(&self, rows: &str) -> String {
        let mut lines = vec![format!("{rows}  {}", self.all.rows)];
        let amounts = |totals: &Totals| {
            let one = |(name, amount): (&String, &Money)| format!("{name}  {amount}");
            self.columns.iter().zip(&totals.amounts).map(one).collect::<Vec<_>>()
        };
        lines.extend(amounts(&self.all));
        for check in &self.checks {
            let shown = |value: &Value| value["yuan"].as_str().map_or_else(|| value.to_string(), str::to_owned);
            let (sign, relation) = if check.ok { ("✓", "=") } else { ("✗", "≠") };
            lines.push(format!("{sign} {}  {} {relation} {}", check.summary, shown(&check.stated), shown(&check.rows)));
        }
        for (value, totals) in self.groups.iter().flatten() {
            lines.push(format!("{value}  {}  {}", totals.rows, amounts(totals).join("  ")));
        }
        lines.join("\n")
    }
}

/// Totals by value; a bill has few values worth grouping by, so they are looked up by hash and kept in order.
#[derive(Default)]
struct Groups(Vec<(String, Totals)>, std::collections::HashMap<String, usize>);

impl Groups {
    fn entry(&mut self, value: &str, empty: impl Fn() -> Totals) -> &mut Totals {
        let next = self.0.len();
        let at = *self.1.entry(value.to_owned()).or_insert(next);
        if at == next {
            self.0.push((value.to_owned(), empty()));
        }
        &mut self.0[at].1
    }
}

impl Totals {
    fn add(&mut self, amounts: &[Money]) {
        self.rows += 1;
        self.amounts.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += *amount);
    }

    fn of(&self, columns: &[String], name: &str) -> Option<Money> {
        columns.iter().position(|column| column == name).map(|at| self.amounts[at])
    }
}

fn amounts(row: &Row, columns: &[String]) -> Result<Vec<Money>, Failure> {
    let amount = |name: &String| {
        Money::parse(row.get(name).unwrap_or_default(), Unit::Yuan).ok_or_else(|| no_amount(row.line(), name))
    };
    columns.iter().map(amount).collect()
}

/// What a value of the summary is compared with; `None` for one that says nothing of the rows.
fn check(name: &str, text: &str, columns: &[String], all: &Totals, flows: &[Totals; 2]) -> Option<Check> {
    let direction = DIRECTIONS.iter().position(|direction| name.starts_with(direction));
    match ColumnKind::of(name) {
        ColumnKind::Count => {
            let rows = direction.map_or(all.rows, |at| flows[at].rows);
            let stated = text.trim().parse::<u64>().ok();
            let ok = stated == Some(rows);
            Some(Check { summary: name.to_owned(), column: None, rows: rows.into(), stated: stated.into(), ok })
        }
        ColumnKind::Money => {
            let column = if direction.is_some() { FLOW.to_owned() } else { column_of(name, columns)? };
            let rows = direction.map_or(all, |at| &flows[at]).of(columns, &column)?;
            let stated = Money::parse(text, Unit::Yuan);
            let ok = stated == Some(rows);
            let stated = stated.map_or(Value::Null, Money::json);
            Some(Check { summary: name.to_owned(), column: Some(column), rows: rows.json(), stated, ok })
        }
        _ => None,
    }
}

/// The column that a total is of: 应结订单总金额 of 应结订单金额, 手续费总金额 of 手续费.
fn column_of(name: &str, columns: &[String]) -> Option<String> {
    let names = [name.replacen('总', "", 1), name.replace("总金额", "")];
    names.into_iter().find(|name| columns.contains(name))
}
