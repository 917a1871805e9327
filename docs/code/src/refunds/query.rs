use wechatpay_chain::{Client, Result};

#[derive(Debug, PartialEq)]
pub enum Refund {
    Processing,
    /// The money is with the payer.
    Success,
    /// Nothing was paid back; the amount may be refunded under a new number.
    Closed,
    /// The payer's account could not take it: see 异常退款 in the merchant platform.
    Abnormal,
}

pub async fn query(wxpay: &Client, number: &str) -> Result<Refund> {
    let refund = wxpay.chain("v3/refund/domestic/refunds").arg(number);
    let refund = refund.get_async().await?;
    Ok(match refund.get::<String>("/status")?.as_str() {
        "SUCCESS" => Refund::Success,
        "CLOSED" => Refund::Closed,
        "ABNORMAL" => Refund::Abnormal,
        _ => Refund::Processing,
    })
}
