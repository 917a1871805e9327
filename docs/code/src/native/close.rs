use wechatpay_chain::{Client, Result, json};

/// Nobody can pay it afterwards; closing what is closed is no error.
pub async fn close(wxpay: &Client, number: &str) -> Result<()> {
    let order = wxpay.chain("v3/pay/transactions/out-trade-no").arg(number);
    let close = order.chain("close").idempotent();
    close.post_async(json!({"mchid": wxpay.mchid()})).await?;
    Ok(())
}
