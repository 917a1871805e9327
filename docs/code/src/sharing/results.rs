use wechatpay_chain::{Client, Result, Value, json};

/// `None` while it is not `FINISHED`: ask again. `FINISHED` says only that nothing is
/// pending: each receiver has its own result, and those that failed are returned.
pub async fn failed(
    wxpay: &Client,
    transaction_id: &str,
    number: &str,
) -> Result<Option<Vec<Value>>> {
    let order = wxpay.chain("v3/profitsharing/orders").arg(number);
    let order = order.query("transaction_id", transaction_id).get_async().await?;
    if order.get::<String>("/state")? != "FINISHED" {
        return Ok(None);
    }
    // A release may have none.
    let mut receivers: Vec<Value> =
        order.get::<Option<_>>("/receivers")?.unwrap_or_default();
    receivers.retain(|receiver| receiver["result"] == "CLOSED");
    Ok(Some(receivers))
}

/// The rest is the merchant's; afterwards nothing can be shared of this payment. What
/// is still frozen, in fen: done is only 0. For anything else ask `frozen` again in a
/// moment; if it stays, the number was an old one, which releases nothing.
pub async fn unfreeze(
    wxpay: &Client,
    transaction_id: &str,
    number: &str,
) -> Result<u32> {
    let unfreeze = wxpay.chain("v3/profitsharing/orders/unfreeze").idempotent();
    let body = json!({
        "transaction_id": transaction_id,
        "out_order_no": number,
        "description": "all shared",
    });
    unfreeze.post_async(body).await?;
    frozen(wxpay, transaction_id).await
}

/// What of a payment is neither shared nor released, in fen.
pub async fn frozen(wxpay: &Client, transaction_id: &str) -> Result<u32> {
    let payment = wxpay.chain("v3/profitsharing/transactions").arg(transaction_id);
    payment.chain("amounts").get_async().await?.get("/unsplit_amount")
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
