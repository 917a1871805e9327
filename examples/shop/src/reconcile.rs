//! The books compared with the bill of the day, which WeChat Pay has ready at 10:00 of the next one.

use wechatpay_chain::Bill;

use crate::ledger::{self, Amounts, Entry};
use crate::{Error, Shop};

/// What does not fit; amounts in fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    OnlyBill(Entry, i64),
    OnlyBooks(Entry, i64),
    Amount { entry: Entry, bill: i64, books: i64 },
}

/// How bill and books stand to each other; amounts in fen, as the bill has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    pub payments: usize,
    pub refunds: usize,
    pub paid: i64,
    pub refunded: i64,
    pub differences: Vec<Difference>,
}

impl Shop {
    /// Fetches the bill of a day, `2026-11-25`, and compares it with the books.
    pub async fn reconcile(&self, day: &str) -> Result<Reconciliation, Error> {
        let bill = self.bill(day).await?;
        // One after the other: both want the database.
        let of_day = ledger::amounts(&self.db(), Some(day))?;
        let all = ledger::amounts(&self.db(), None)?;
        Ok(compare(&bill, &of_day, &all))
    }

    async fn bill(&self, day: &str) -> Result<Amounts, Error> {
        let address = match self.wxpay["v3/bill/tradebill"].query("bill_date", day).get_async().await {
            Ok(address) => address,
            // A day without payments and refunds has none.
            Err(error) if error.rejection().is_some_and(|no| no.is_verified() && no.code() == "NO_STATEMENT_EXIST") => {
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
fn read(bill: &Bill) -> Result<Amounts, Error> {
    let (mut amounts, mut paid, mut refunded) = (Amounts::new(), 0, 0);
    for row in bill.rows() {
        let row = row?;
        let text = |column: &str| row.get(column).unwrap_or_default().to_owned();
        let (entry, amount) = match text("交易状态").as_str() {
            "SUCCESS" => (Entry::Payment(text("商户订单号")), row.fen("订单金额")?),
            "REFUND" => (Entry::Refund(text("商户退款单号")), row.fen("申请退款金额")?),
            other => return Err(format!("line {}: {other} is nothing this shop has", row.line()).into()),
        };
        match &entry {
            Entry::Payment(_) => paid += amount,
            Entry::Refund(_) => refunded += amount,
        }
        if amounts.insert(entry, amount).is_some() {
            return Err(format!("line {}: its number is in the bill twice", row.line()).into());
        }
    }
    let summary = bill.summary()?;
    if (summary.fen("订单总金额")?, summary.fen("申请退款总金额")?) != (paid, refunded) {
        return Err("the rows of the bill do not add up to its summary".into());
    }
    Ok(amounts)
}

/// Everything in the bill is in the books, whatever their day; everything of the day in the books is in the bill.
fn compare(bill: &Amounts, of_day: &Amounts, all: &Amounts) -> Reconciliation {
    let mut found = Reconciliation::default();
    for (entry, &amount) in bill {
        match entry {
            Entry::Payment(_) => (found.payments, found.paid) = (found.payments + 1, found.paid + amount),
            Entry::Refund(_) => (found.refunds, found.refunded) = (found.refunds + 1, found.refunded + amount),
        }
        let difference = match all.get(entry) {
            None => Difference::OnlyBill(entry.clone(), amount),
            Some(&books) if books != amount => Difference::Amount { entry: entry.clone(), bill: amount, books },
            Some(_) => continue,
        };
        found.differences.push(difference);
    }
    let missing = of_day.iter().filter(|(entry, _)| !bill.contains_key(entry));
    found.differences.extend(missing.map(|(entry, &amount)| Difference::OnlyBooks(entry.clone(), amount)));
    found
}
