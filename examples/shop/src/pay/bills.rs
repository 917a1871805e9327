//! The bill of a day, which WeChat Pay has ready at 10:00 of the next one.

use jiff::Timestamp;
use jiff::civil::Date;
use wechatpay_chain::Bill;

use crate::error::{Error, Result};
use crate::model::bill::{Amounts, Entry, Reconciliation, compare};
use crate::model::money::Fen;
use crate::shop::Shop;
use crate::store::days;

impl Shop {
    /// Fetches the bill of a day, compares it with the books, both ways, and keeps what it found.
    ///
    /// # Errors
    ///
    /// `Gateway` if there is no bill yet, or it did not arrive whole; `Mismatch` if it does not add up.
    pub async fn reconcile(&self, day: Date, now: Timestamp) -> Result<Reconciliation> {
        let bill = self.bill(day).await?;
        self.books(move |books| {
            let found = compare(&bill, &days::of_day(books, day)?, &days::all(books)?);
            days::keep(books, day, &found, now)?;
            Ok(found)
        })
        .await
    }

    async fn bill(&self, day: Date) -> Result<Amounts> {
        let address = match self.wxpay["v3/bill/tradebill"].query("bill_date", day).get_async().await {
            Ok(address) => address,
            // A day without payments and refunds has none.
            Err(error) if error.rejection().is_some_and(|no| no.is_verified() && no.is("NO_STATEMENT_EXIST")) => {
                return Ok(Amounts::new());
            }
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        // What has arrived has the digest of the signed answer.
        self.wxpay.download(&address)?.to_writer_async(&mut bytes).await?;
        read(&Bill::from_bytes(bytes)?)
    }
}

/// What is in a bill; it has to add up to its own summary.
fn read(bill: &Bill) -> Result<Amounts> {
    let (mut amounts, mut paid, mut refunded) = (Amounts::new(), 0, 0);
    for row in bill.rows() {
        let row = row?;
        let text = |column: &str| row.get(column).unwrap_or_default().to_owned();
        let (entry, sum, amount) = match text("交易状态").as_str() {
            "SUCCESS" => (Entry::Payment(text("商户订单号")), &mut paid, row.fen("订单金额")?),
            "REFUND" => (Entry::Refund(text("商户退款单号")), &mut refunded, row.fen("申请退款金额")?),
            other => return Err(mismatch(&format!("line {}: {other} is nothing this shop has", row.line()))),
        };
        *sum += amount;
        if amounts.insert(entry, Fen::new(amount)).is_some() {
            return Err(mismatch(&format!("line {}: its number is in the bill twice", row.line())));
        }
    }
    let summary = bill.summary()?;
    match (summary.fen("订单总金额")?, summary.fen("申请退款总金额")?) == (paid, refunded) {
        true => Ok(amounts),
        false => Err(mismatch("the rows do not add up to its summary")),
    }
}

fn mismatch(what: &str) -> Error {
    Error::Mismatch(format!("the bill: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &str = "交易状态,商户订单号,商户退款单号,订单金额,申请退款金额";

    fn bill(rows: &[&str], summary: &str) -> Bill {
        let rows: Vec<_> = rows.iter().map(|row| format!("`{}\r\n", row.replace(',', ",`"))).collect();
        let rows = rows.concat();
        let text =
            format!("\u{feff}{COLUMNS}\r\n{rows}订单总金额,申请退款总金额\r\n`{}\r\n", summary.replace(',', ",`"));
        Bill::from_bytes(text.into_bytes()).unwrap()
    }

    #[test]
    fn yuan_are_read_as_fen() {
        let bill = bill(&["SUCCESS,A,0,1.05,0.00", "REFUND,A,A-R1,0.00,0.30"], "1.05,0.30");
        let expected =
            [(Entry::Payment("A".to_owned()), Fen::new(105)), (Entry::Refund("A-R1".to_owned()), Fen::new(30))];
        assert_eq!(read(&bill).unwrap(), Amounts::from(expected));
    }

    #[test]
    fn what_does_not_add_up_is_not_compared() {
        let row = "SUCCESS,A,0,1.05,0.00";
        for (rows, summary, why) in [
            (&[row][..], "1.06,0.00", "summary"),
            (&[row][..], "1.05,0.01", "summary"),
            (&[row, row][..], "2.10,0.00", "twice"),
            (&["REVOKED,A,0,1.05,0.00"][..], "1.05,0.00", "REVOKED"),
            (&["SUCCESS,A,0,1.055,0.00"][..], "1.05,0.00", "fen"),
        ] {
            let error = read(&bill(rows, summary)).unwrap_err().to_string();
            assert!(error.contains(why), "{why}: {error}");
        }
    }
}
