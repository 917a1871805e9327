//! One row: texts by the name of their column, and amounts.

use std::fmt;
use std::sync::Arc;

use super::form::decode;
use crate::error::Result;

/// One row of a bill, or its summary. `Debug` shows the line, not the values.
#[derive(Clone)]
pub struct Row {
    pub(super) columns: Arc<[String]>,
    pub(super) cells: Vec<String>,
    pub(super) line: u64,
}

impl Row {
    /// The text of a column, without its back-tick; `None` if the bill has no such column. Of two with one name, the first.
    pub fn get(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|known| known == column)?;
        self.cells.get(at).map(String::as_str)
    }

    /// An amount in fen (分), from the yuan (元) of the bill: `1.05` is 105.
    ///
    /// # Errors
    ///
    /// `Decode`, naming column and line: no such column, no amount, or one with a fraction of a fen.
    pub fn fen(&self, column: &str) -> Result<i64> {
        let refused = |why: &str| decode(format!("line {} of the bill: {column:?} {why}", self.line));
        let text = self.get(column).ok_or_else(|| refused("is not one of its columns"))?;
        to_fen(text).map_err(refused)
    }

    /// Column and text of each cell, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.iter().map(String::as_str).zip(self.cells.iter().map(String::as_str))
    }

    /// The line of the file it begins in; the header's is 1.
    pub fn line(&self) -> u64 {
        self.line
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("line", &self.line).field("cells", &self.cells.len()).finish_non_exhaustive()
    }
}

/// Yuan with at most two decimals that are not zero, as fen.
fn to_fen(text: &str) -> Result<i64, &'static str> {
    const NO_AMOUNT: &str = "is no amount, expected yuan such as 1.05";
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (yuan, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(yuan) || !numeric(decimals) {
        return Err(NO_AMOUNT);
    }
    let (fen, rest) = decimals.split_at(decimals.len().min(2));
    if rest.bytes().any(|byte| byte != b'0') {
        return Err("has a fraction of a fen");
    }
    let fen: i64 = format!("{yuan}{fen:0<2}").parse().map_err(|_| "is too large an amount")?;
    Ok(if negative { -fen } else { fen })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_or_refused() {
        for (text, expected) in [
            ("1.05", 105),
            ("-0.01", -1),
            ("0", 0),
            ("7", 700),
            ("0.1", 10),
            ("0.01000", 1),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(to_fen(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "-",
            "1.",
            ".5",
            "1,000.00",
            "+1",
            "1e3",
            "１",
            "--1",
            "0x1",
            " 1",
            "1.005",
            "0.00001",
            "92233720368547758.08",
        ] {
            assert!(to_fen(text).is_err(), "{text}");
        }
        let columns = ["订单金额".to_owned(), "手续费".to_owned()].into();
        let row = Row { columns, cells: vec!["1.005".to_owned(), "x".to_owned()], line: 2 };
        assert_eq!(
            row.fen("订单金额").unwrap_err().to_string(),
            "line 2 of the bill: \"订单金额\" has a fraction of a fen"
        );
        assert!(row.fen("手续费").unwrap_err().to_string().contains("is no amount"));
        assert!(row.fen("没有").unwrap_err().to_string().contains("is not one of its columns"));
        assert!(!format!("{row:?}").contains("1.005"));
    }
}
