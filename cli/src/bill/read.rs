//! A bill, read as a stream; what is none or not whole is told apart.

use std::path::Path;

use wechatpay_chain::{Bill, ErrorKind, Row};

use crate::base::failure::{Facts, Failure};
use crate::base::files;
use crate::base::output::plain;
use crate::base::sdk::told;
use crate::base::text::{Text, text};

/// Opens a bill, plain or gzip; `-` is stdin.
///
/// # Errors
///
/// Exit 5, `not_a_bill`; exit 8 for what cannot be read.
pub(crate) fn open(path: &Path) -> Result<Bill, Failure> {
    let bill = if files::is_dash(path) { Bill::from_bytes(files::read(path)?) } else { Bill::open(path) };
    bill.map_err(|error| match error.kind() {
        ErrorKind::Decode => {
            let (file, said) = (plain(&path.display().to_string()), told(&error));
            let (en, zh) = (said.en(), said.zh());
            decode("not_a_bill", Text::new(format!("{file} is no bill: {en}"), format!("{file} 不是账单：{zh}")))
        }
        _ => Failure::from(error),
    })
}

/// Gives every row to `each`, then the summary.
///
/// # Errors
///
/// Exit 5: `incomplete` for a bill that does not end with its summary; a line that cannot be read. Those of `each`.
pub(crate) fn rows(bill: &Bill, mut each: impl FnMut(&Row) -> Result<(), Failure>) -> Result<Row, Failure> {
    let mut rows = bill.rows();
    let mut wrong = None;
    for row in rows.by_ref() {
        match row {
            Ok(row) if wrong.is_none() => each(&row)?,
            Ok(_) => {}
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    match (rows.summary(), wrong) {
        (Some(summary), None) => Ok(summary.clone()),
        (Some(_), Some(error)) => Err(Failure::from(error)),
        (None, Some(error)) if error.kind() != ErrorKind::Decode => Err(Failure::from(error)),
        (None, _) => Err(decode(
            "incomplete",
            text!("the bill does not end with its summary: it is cut off", "账单末尾没有汇总行：文件不完整"),
        )
        .with_remedy(text!("download it again: wxpay bill get", "请重新下载：wxpay bill get"))),
    }
}

fn decode(reason: &'static str, message: Text) -> Failure {
    Failure::of(Facts { exit: 5, kind: "Decode", message, reason: Some(reason), ..Facts::default() })
}

/// A column that the bill does not have.
///
/// # Errors
///
/// A usage error that names those it has.
pub(crate) fn require(columns: &[String], name: &str) -> Result<(), Failure> {
    if columns.iter().any(|column| column == name) {
        return Ok(());
    }
    let known = columns.join(", ");
    Err(Failure::usage(text!("there is no column {name:?}; there are {known}", "没有列 {name:?}；现有：{known}")))
}

/// A cell that should be an amount.
pub(super) fn no_amount(line: u64, column: &str) -> Failure {
    Failure::of(Facts {
        exit: 5,
        kind: "Decode",
        message: text!("line {line}: {column:?} is no amount", "第 {line} 行：{column:?} 不是金额"),
        ..Facts::default()
    })
}
