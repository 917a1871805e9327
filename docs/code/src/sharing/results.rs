use wechatpay_chain::{Client, Result, Value, json};

/// `FINISHED` says only that nothing is pending: each receiver has its own result.
pub async fn failed(
    wxpay: &Client,
    transaction_id: &str,
    number: &str,
) -> Result<Vec<Value>> {
    let order = wxpay.chain("v3/profitsharing/orders").arg(number);
    let order = order.query("transaction_id", transaction_id).get_async().await?;
    let receivers: Vec<Value> = order.get("/receivers")?;
    Ok(receivers
        .into_iter()
        .filter(|receiver| receiver["result"] == "CLOSED")
        .collect())
}

/// The rest is the merchant's; afterwards nothing can be shared of this payment.
pub async fn unfreeze(
    wxpay: &Client,
    transaction_id: &str,
    number: &str,
) -> Result<()> {
    let unfreeze = wxpay.chain("v3/profitsharing/orders/unfreeze").idempotent();
    let body = json!({
        "transaction_id": transaction_id,
        "out_order_no": number,
        "description": "all shared",
    });
    unfreeze.post_async(body).await?;
    Ok(())
}

/// Before a refund: what a receiver got comes back first.
pub async fn take_back(
    wxpay: &Client,
    share: &str,
    number: &str,
    mchid: &str,
    fen: u32,
) -> Result<String> {
    let returns = wxpay.chain("v3/profitsharing/return-orders").idempotent();
    let taken = returns.post_async(json!({
        "out_order_no": share,
        "out_return_no": number,
        "return_mchid": mchid,
        "amount": fen,
        "description": "refund",
    }));
    taken.await?.get("/result")
}
