use std::path::Path;

use wechatpay_chain::{Bill, Result};

#[derive(Debug, Default, PartialEq)]
pub struct Day {
    /// In fen, as the bill's last line says, and as its rows add up.
    pub total: i64,
    pub added: i64,
    /// Lines that are no rows, as they stand there.
    pub damaged: Vec<String>,
}

pub fn day(file: &Path) -> Result<Day> {
    let bill = Bill::open(file)?;
    let (mut day, mut rows) = (Day::default(), bill.rows());
    while let Some(row) = rows.next() {
        if let Ok(row) = row {
            day.added += row.fen("应结订单金额")?;
            continue;
        }
        let line = bill.raw_line(rows.line()).unwrap_or_default();
        day.damaged.push(String::from_utf8_lossy(line).into_owned());
    }
    // An error, if the bill does not end with its summary.
    day.total = bill.summary()?.fen("应结订单总金额")?;
    Ok(day)
}
