//! `wxpay bill show`: rows as a table.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::base::failure::Failure;
use crate::base::output::plain;
use crate::bill::{open, require, rows};
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::endpoint::pair;

pub(super) const HELP: Help = Help {
    command: "bill show",
    zh: "以表格查看账单明细",
    examples: &["wxpay bill show trade.csv --where 交易状态=SUCCESS --columns 商户订单号,订单金额 --limit 20"],
};

#[derive(Args)]
pub(crate) struct ShowArgs {
    /// The bill, plain or gzip; - for stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Only rows with this value; any number of times.
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = pair)]
    conditions: Vec<(String, String)>,

    /// Only these columns.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    columns: Vec<String>,

    /// At most so many rows.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

pub(super) fn run(args: &ShowArgs, context: &Context) -> Result<u8, Failure> {
    let bill = open(&args.file)?;
    for name in args.columns.iter().chain(args.conditions.iter().map(|(name, _)| name)) {
        require(bill.columns(), name)?;
    }
    let columns = if args.columns.is_empty() { bill.columns() } else { &args.columns };
    let (mut shown, mut total) = (Vec::new(), 0_u64);
    rows(&bill, |row| {
        if args.conditions.iter().all(|(name, value)| row.get(name) == Some(value)) {
            total += 1;
            if args.limit.is_none_or(|limit| shown.len() < limit) {
                let cell = |name: &String| row.get(name).unwrap_or_default().to_owned();
                shown.push(columns.iter().map(cell).collect::<Vec<_>>());
            }
        }
        Ok(())
    })?;
    let object = |cells: &Vec<String>| -> Map<String, Value> {
        columns.iter().cloned().zip(cells.iter().map(|cell| cell.as_str().into())).collect()
    };
    let document = || json!({"columns": columns, "rows": shown.iter().map(object).collect::<Vec<_>>(), "total": total});
    context.show(document, || table(columns, &shown));
    let (en, zh) = (format!("{} of {total} rows", shown.len()), format!("显示 {} 行，共 {total} 行", shown.len()));
    context.hint(&en, &zh);
    Ok(0)
}

/// Columns as wide as their widest cell on a terminal.
fn table(columns: &[String], rows: &[Vec<String>]) -> String {
    // A cell with a line break or a tab would leave its place.
    let clean = |cell: &String| plain(cell).replace(['\n', '\t'], " ");
    let lines: Vec<Vec<String>> = std::iter::once(columns)
        .chain(rows.iter().map(Vec::as_slice))
        .map(|row| row.iter().map(clean).collect())
        .collect();
    let width = |at: usize| lines.iter().map(|row| row[at].width()).max().unwrap_or_default();
    let widths: Vec<_> = (0..columns.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let padded = |(cell, width): (&String, &usize)| format!("{cell}{}", " ".repeat(width - cell.width()));
        row.iter().zip(&widths).map(padded).collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_places() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let shown = table(&row(["订单", "金额"]), &[row(["A-1\u{1b}", "1.00"]), row(["长长订单", "2"])]);
        assert_eq!(shown, "订单      金额\nA-1\\x1b   1.00\n长长订单  2");
    }
}
