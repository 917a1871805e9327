use std::collections::BTreeMap;
use std::path::Path;

use wechatpay_chain::{Bill, Client, Result};

/// Downloads the bill of a day; written, checked against its hash, then in its place.
pub async fn fetch(wxpay: &Client, date: &str, file: &Path) -> Result<()> {
    let bill = wxpay.chain("v3/bill/tradebill").query("bill_date", date);
    let bill = bill.query("tar_type", "GZIP").get_async().await?;
    wxpay.download(&bill)?.to_path_async(file).await?;
    Ok(())
}

/// Fen by number.
pub type Books = BTreeMap<String, i64>;

/// Number, fen in the bill, fen in the shop's books.
pub type Difference = (String, i64, i64);

/// Orders on which the bill and the shop differ. `books` has what the shop sold on
/// that day, by the order's number.
pub fn differences(file: &Path, books: Books) -> Result<Vec<Difference>> {
    compare(file, books, ["SUCCESS", "商户订单号", "订单金额"])
}

/// The same for refunds: `books` has the day's, by the refund's number.
pub fn refund_differences(file: &Path, books: Books) -> Result<Vec<Difference>> {
    compare(file, books, ["REFUND", "商户退款单号", "退款金额"])
}

fn compare(
    file: &Path,
    mut books: Books,
    [state, key, amount]: [&str; 3],
) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    for row in Bill::open(file)?.rows() {
        let row = row?;
        if row.get("交易状态") == Some(state) {
            let number = row.get(key).unwrap_or_default().to_owned();
            let billed = row.fen(amount)?;
            let booked = books.remove(&number).unwrap_or(0);
            found.push((number, billed, booked));
        }
    }
    found.extend(books.into_iter().map(|(number, booked)| (number, 0, booked)));
    found.retain(|(_, billed, booked)| billed != booked);
    Ok(found)
}
