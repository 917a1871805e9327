use wechatpay_chain::{Client, Response, Result, json};

/// Once for each receiver; again is no error.
pub async fn receiver(wxpay: &Client, mchid: &str, name: &str) -> Result<()> {
    let receivers = wxpay.chain("v3/profitsharing/receivers/add").idempotent();
    let receiver = receivers.encrypt("/name").post_async(json!({
        "appid": "wx0000000000000001",
        "type": "MERCHANT_ID",
        "account": mchid,
        "name": name,
        "relation_type": "STORE",
    }));
    receiver.await?;
    Ok(())
}

/// A minute after the payment at the earliest; the order was placed with
/// `"settle_info": {"profit_sharing": true}`. By value, so that it can be spawned.
pub async fn share(
    wxpay: Client,
    transaction_id: String,
    number: String,
    mchid: String,
    fen: u32,
) -> Result<Response> {
    let orders = wxpay.chain("v3/profitsharing/orders").idempotent();
    let share = orders.post_async(json!({
        "appid": "wx0000000000000001",
        "transaction_id": transaction_id,
        "out_order_no": number,
        "receivers": [{
            "type": "MERCHANT_ID",
            "account": mchid,
            "amount": fen,
            "description": "the store's part",
        }],
        // More shares may follow; the last one, or `unfreeze`, releases the rest.
        "unfreeze_unsplit": false,
    }));
    share.await
}
