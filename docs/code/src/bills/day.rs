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

/// Orders on which the bill and the shop differ: number, fen in the bill, fen in the
/// shop's books. `books` has what the shop sold on that day.
pub fn differences(
    file: &Path,
    mut books: BTreeMap<String, i64>,
) -> Result<Vec<(String, i64, i64)>> {
    let mut found = Vec::new();
    for row in Bill::open(file)?.rows() {
        let row = row?;
        if row.get("交易状态") == Some("SUCCESS") {
            let number = row.get("商户订单号").unwrap_or_default().to_owned();
            let billed = row.fen("订单金额")?;
            let booked = books.remove(&number).unwrap_or(0);
            found.push((number, billed, booked));
        }
    }
    found.extend(books.into_iter().map(|(number, booked)| (number, 0, booked)));
    found.retain(|(_, billed, booked)| billed != booked);
    Ok(found)
}
