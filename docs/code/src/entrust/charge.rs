use wechatpay_chain::{Client, Response, Result, json};

/// Accepted is not paid: the notification, or a query by the number, says which. By
/// value, so that it can be spawned.
pub async fn charge(
    wxpay: Client,
    contract: String,
    number: String,
) -> Result<Response> {
    let charge = wxpay.chain("v2/pay/pappayapply").idempotent();
    let charge = charge.post_async(json!({
        "appid": "wx0000000000000001",
        "mch_id": wxpay.mchid(),
        "body": "membership, second month",
        "out_trade_no": number,
        "total_fee": 1500,
        "spbill_create_ip": "203.0.113.7",
        "notify_url": "https://shop.example.com/wxpay/v2",
        "trade_type": "PAP",
        "contract_id": contract,
    }));
    charge.await
}

/// Ends the contract.
pub async fn end(wxpay: &Client, contract: &str) -> Result<()> {
    let end = wxpay.chain("v2/papay/deletecontract").idempotent();
    let body = json!({
        "appid": "wx0000000000000001",
        "mch_id": wxpay.mchid(),
        "contract_id": contract,
        "contract_termination_remark": "the member asked for it",
        "version": "1.0",
    });
    end.post_async(body).await?;
    Ok(())
}
