use wechatpay_chain::{Client, Result};

#[derive(Debug, PartialEq)]
pub enum Transfer {
    Paid,
    /// Nothing was paid out, and nothing will be; why.
    Ended(String),
    Open,
}

pub async fn query(wxpay: &Client, number: &str) -> Result<Transfer> {
    let bills = wxpay.chain("v3/fund-app/mch-transfer/transfer-bills/out-bill-no");
    let bill = bills.arg(number).get_async().await?;
    Ok(match bill.get::<String>("/state")?.as_str() {
        "SUCCESS" => Transfer::Paid,
        "FAIL" | "CANCELLED" => Transfer::Ended(
            bill.get::<Option<String>>("/fail_reason")?.unwrap_or_default(),
        ),
        _ => Transfer::Open,
    })
}
