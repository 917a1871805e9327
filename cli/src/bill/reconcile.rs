//! A bill beside one's own books.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use wechatpay_chain::Bill;

use super::money::{Money, Unit};
use super::read::{no_amount, require, rows};
use crate::base::failure::Failure;
use crate::base::text::{Text, text};

/// The column by which rows are compared unless another is named, and its amount.
pub(crate) const DEFAULT_KEY: &str = "商户订单号";
pub(crate) const DEFAULT_AMOUNT: &str = "应结订单金额";

/// What is the same and what is not.
#[derive(Debug, Default)]
pub(crate) struct Reconciliation {
    matched: u64,
    different: Vec<(String, Money, Money)>,
    only_bill: Vec<String>,
    only_own: Vec<String>,
    /// Keys that one side has more than once: nobody can say which row is meant.
    duplicates: Vec<String>,
}

/// Key and amount of each row of a bill; rows of refunds have the numbers of their orders, so they are left out under the default key.
///
/// # Errors
///
/// Exit 2 for a column that is not there; exit 5 for a bill that is cut off, or an amount that is none.
pub(crate) fn bill_amounts(bill: &Bill, key: &str, amount: &str) -> Result<Vec<(String, Money)>, Failure> {
    require(bill.columns(), key)?;
    require(bill.columns(), amount)?;
    let mut amounts = Vec::new();
    rows(bill, |row| {
        if key == DEFAULT_KEY && row.get("交易状态") == Some("REFUND") {
            return Ok(());
        }
        let money = Money::parse(row.get(amount).unwrap_or_default(), Unit::Yuan);
        let money = money.ok_or_else(|| no_amount(row.line(), amount))?;
        amounts.push((row.get(key).unwrap_or_default().to_owned(), money));
        Ok(())
    })?;
    Ok(amounts)
}

impl Reconciliation {
    /// Compares both sides, in the order of the bill, then of one's own rows.
    pub(crate) fn of(bill: &[(String, Money)], own: &[(String, Money)]) -> Self {
        let mut found = Self { duplicates: twice(bill, own), ..Self::default() };
        let skipped: HashSet<_> = found.duplicates.iter().cloned().collect();
        let by_key = |rows: &[(String, Money)]| -> HashMap<String, Money> { rows.iter().cloned().collect() };
        let (of_bill, of_own) = (by_key(bill), by_key(own));
        for (key, amount) in bill.iter().filter(|(key, _)| !skipped.contains(key)) {
            match of_own.get(key) {
                Some(other) if other == amount => found.matched += 1,
                Some(other) => found.different.push((key.clone(), *amount, *other)),
                None => found.only_bill.push(key.clone()),
            }
        }
        let only = own.iter().filter(|(key, _)| !skipped.contains(key) && !of_bill.contains_key(key));
        found.only_own = only.map(|(key, _)| key.clone()).collect();
        found
    }

    /// Whether both sides say the same.
    pub(crate) fn is_ok(&self) -> bool {
        self.different.is_empty() && self.only_bill.is_empty() && self.only_own.is_empty() && self.duplicates.is_empty()
    }

    pub(crate) fn json(&self) -> Value {
        let different =
            |(key, bill, own): &(String, Money, Money)| json!({"key": key, "bill": bill.json(), "own": own.json()});
        json!({
            "matched": self.matched,
            "different": self.different.iter().map(different).collect::<Vec<_>>(),
            "only_bill": self.only_bill,
            "only_own": self.only_own,
            "duplicates": self.duplicates,
            "ok": self.is_ok(),
        })
    }

    pub(crate) fn text(&self, pick: impl Fn(&Text) -> String) -> String {
        let matched = self.matched;
        let mut lines = vec![pick(&text!("{matched} match", "{matched} 条一致"))];
        for (key, bill, own) in &self.different {
            lines.push(pick(&text!("✗ {key}: bill {bill}, own {own}", "✗ {key}：账单 {bill}，自有 {own}")));
        }
        lines.extend(self.only_bill.iter().map(|key| pick(&text!("✗ {key}: only in the bill", "✗ {key}：仅账单有"))));
        lines.extend(
            self.only_own.iter().map(|key| pick(&text!("✗ {key}: only in the own rows", "✗ {key}：仅自有记录有"))),
        );
        lines.extend(self.duplicates.iter().map(|key| pick(&text!("✗ {key}: more than once", "✗ {key}：重复出现"))));
        lines.join("\n")
    }
}

fn twice(bill: &[(String, Money)], own: &[(String, Money)]) -> Vec<String> {
    let mut twice: Vec<String> = Vec::new();
    let mut told = HashSet::new();
    for rows in [bill, own] {
        let mut seen = HashSet::new();
        for (key, _) in rows {
            if !seen.insert(key) && told.insert(key) {
                twice.push(key.clone());
            }
        }
    }
    twice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(rows: &[(&str, &str)]) -> Vec<(String, Money)> {
        rows.iter().map(|(key, yuan)| ((*key).to_owned(), Money::parse(yuan, Unit::Yuan).unwrap())).collect()
    }

    #[test]
    fn each_row_is_in_one_place() {
        let bill = side(&[("A", "1"), ("B", "2"), ("C", "3"), ("D", "4"), ("D", "4")]);
        let own = side(&[("E", "5"), ("B", "2.01"), ("A", "1.00"), ("D", "4")]);
        let found = Reconciliation::of(&bill, &own).json();
        assert_eq!(found["matched"], 1);
        assert_eq!(
            found["different"][0],
            json!({"key": "B", "bill": {"yuan": "2.00", "fen": 200}, "own": {"yuan": "2.01", "fen": 201}})
        );
        assert_eq!((&found["only_bill"], &found["only_own"]), (&json!(["C"]), &json!(["E"])));
        assert_eq!((&found["duplicates"], &found["ok"]), (&json!(["D"]), &json!(false)));
        let same = side(&[("A", "1"), ("B", "2")]);
        assert!(Reconciliation::of(&same, &same).is_ok());
    }
}
