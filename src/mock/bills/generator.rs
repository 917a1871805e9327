//! The file of a bill, piece by piece.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::plan::{Cell, Plan};
use super::{fund_flow, trade};
use crate::crypto::hash;
use crate::error::BoxError;

/// How much of a bill is made at a time.
const PIECE: usize = 64 * 1024;

/// The rows so far.
enum Table {
    Trade(trade::Totals),
    FundFlow(fund_flow::Totals),
}

/// A bill, piece by piece; the same for the same plan.
pub(super) struct Generator {
    plan: Plan,
    table: Table,
    row: u64,
    text: String,
    gzip: Option<GzEncoder<Vec<u8>>>,
    ended: bool,
}

impl Generator {
    pub(super) fn new(plan: Plan, gzip: bool) -> Self {
        let (columns, table) = match plan.kind.is_trade() {
            true => (trade::columns(plan.kind), Table::Trade(trade::Totals::default())),
            false => (fund_flow::COLUMNS.to_vec(), Table::FundFlow(fund_flow::Totals::default())),
        };
        let gzip = gzip.then(|| GzEncoder::new(Vec::new(), Compression::fast()));
        let text = format!("\u{feff}{}\r\n", columns.join(","));
        Self { plan, table, row: 0, text, gzip, ended: false }
    }

    /// Whether it has no rows at all.
    pub(super) fn is_empty(&mut self) -> bool {
        (1..=self.plan.rows).all(|number| self.cells(number).is_none())
    }

    fn cells(&mut self, number: u64) -> Option<Vec<Cell>> {
        match &mut self.table {
            Table::Trade(totals) => totals.row(&self.plan, number),
            Table::FundFlow(totals) => Some(totals.row(&self.plan, number)),
        }
    }

    /// Adds rows until there is a piece; at the end the summary.
    fn fill(&mut self) {
        while self.text.len() < PIECE && self.row < self.plan.rows {
            self.row += 1;
            if let Some(cells) = self.cells(self.row) {
                self.line(&cells);
            }
        }
        if self.text.len() < PIECE && !self.ended {
            self.ended = true;
            let (columns, values) = match &self.table {
                Table::Trade(totals) => totals.summary(),
                Table::FundFlow(totals) => totals.summary(),
            };
            self.text.extend([&columns.join(","), "\r\n"]);
            self.line(&values);
        }
    }

    /// A line of data, every cell with its back-tick.
    fn line(&mut self, cells: &[impl AsRef<str>]) {
        for (index, cell) in cells.iter().enumerate() {
            self.text.push_str(if index == 0 { "`" } else { ",`" });
            self.text.push_str(cell.as_ref());
        }
        self.text.push_str("\r\n");
    }
}

impl Iterator for Generator {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        loop {
            self.fill();
            let text = std::mem::take(&mut self.text);
            if self.gzip.is_none() {
                return (!text.is_empty()).then(|| text.into());
            }
            if text.is_empty() {
                // Writing to memory cannot fail.
                let rest = self.gzip.take().and_then(|encoder| encoder.finish().ok())?;
                return Some(rest.into());
            }
            let encoder = self.gzip.as_mut()?;
            encoder.write_all(text.as_bytes()).ok()?;
            let ready = std::mem::take(encoder.get_mut());
            if !ready.is_empty() {
                return Some(ready.into());
            }
        }
    }
}

pub(super) fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// The digest in the header of an overseas statement: that of the text, compressed or not.
pub(in crate::mock) fn statement_sha1(body: &[u8]) -> Result<String, BoxError> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(hash::sha1_hex(body));
    }
    let mut decoder = flate2::write::GzDecoder::new(Vec::new());
    decoder.write_all(body)?;
    Ok(hash::sha1_hex(&decoder.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::bill::Bill;
    use crate::mock::bills::kind::BillKind;

    fn plan(kind: BillKind, rows: u64) -> Plan {
        Plan { kind, only: false, date: "2026-11-21".to_owned(), rows, own: [].into() }
    }

    fn bill(kind: BillKind, rows: u64) -> Bill {
        Bill::from_bytes(Generator::new(plan(kind, rows), false).flatten().collect::<Vec<u8>>()).unwrap()
    }

    #[test]
    fn a_trade_bill_is_one_and_its_sums_are_right() {
        for (kind, rows) in [0, 1, 7, 100, 250, 1000].into_iter().flat_map(|rows| {
            [BillKind::TradeAll, BillKind::TradeSuccess, BillKind::TradeRefund].map(|kind| (kind, rows))
        }) {
            let plain: Vec<u8> = Generator::new(plan(kind, rows), false).flatten().collect();
            let gzip: Vec<u8> = Generator::new(plan(kind, rows), true).flatten().collect();
            assert_eq!(statement_sha1(&gzip).unwrap(), hash::sha1_hex(&plain));
            let bill = bill(kind, rows);
            let summary = bill.summary().unwrap();
            let count = bill.rows().count() as u64;
            assert_eq!(summary.get("总交易单数"), Some(&*count.to_string()));
            let refunds = rows / 3;
            let expected = match kind {
                BillKind::TradeAll => rows,
                BillKind::TradeSuccess => rows - refunds,
                _ => refunds,
            };
            assert_eq!(count, expected, "{kind:?} {rows}");
            for (column, total) in [
                ("应结订单金额", "应结订单总金额"),
                ("订单金额", "订单总金额"),
                ("退款金额", "退款总金额"),
                ("申请退款金额", "申请退款总金额"),
                ("手续费", "手续费总金额"),
            ] {
                if kind == BillKind::TradeSuccess && column.contains("退款") {
                    assert_eq!(summary.get(total), Some("0.00"));
                    continue;
                }
                let sum: i64 = bill.rows().map(|row| row.unwrap().fen(column).unwrap()).sum();
                assert_eq!(summary.fen(total).unwrap(), sum, "{kind:?} {rows} {column}");
            }
        }
    }

    #[test]
    fn a_fund_flow_bill_carries_its_balance() {
        for kind in [BillKind::FundFlowBasic, BillKind::FundFlowOperation, BillKind::FundFlowFees] {
            let bill = bill(kind, 100);
            let (mut balance, mut sums) = (1_000_000, [0, 0]);
            for row in bill.rows().map(Result::unwrap) {
                let (amount, income) = (row.fen("收支金额(元)").unwrap(), row.get("收支类型") == Some("收入"));
                balance += if income { amount } else { -amount };
                sums[usize::from(!income)] += amount;
                assert_eq!(row.fen("账户结余(元)").unwrap(), balance);
            }
            let summary = bill.summary().unwrap();
            assert_eq!([summary.fen("收入金额").unwrap(), summary.fen("支出金额").unwrap()], sums);
            assert_eq!(summary.get("资金流水总笔数"), Some("100"));
        }
    }
}
