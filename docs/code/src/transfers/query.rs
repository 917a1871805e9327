use wechatpay_chain::{Client, Result};

#[derive(Debug, PartialEq)]
pub enum Transfer {
    Paid,
    /// Nothing was paid out, and nothing will be; why.
    Ended(String),
    Open,
    /// WeChat Pay has no transfer of this number (yet, if it was made just now).
    Unknown,
}

pub async fn query(wxpay: &Client, number: &str) -> Result<Transfer> {
    let bills = wxpay.chain("v3/fund-app/mch-transfer/transfer-bills/out-bill-no");
    let bill = match bills.arg(number).get_async().await {
        Ok(bill) => bill,
        // Not `RESOURCE_NOT_EXISTS`, as for orders and refunds.
        Err(error) if error.rejection().is_some_and(|no| no.is("NOT_FOUND")) => {
            return Ok(Transfer::Unknown);
        }
        Err(error) => return Err(error),
    };
    Ok(match bill.get::<String>("/state")?.as_str() {
        "SUCCESS" => Transfer::Paid,
        "FAIL" | "CANCELLED" => Transfer::Ended(
            bill.get::<Option<String>>("/fail_reason")?.unwrap_or_default(),
        ),
        _ => Transfer::Open,
    })
}
