use wechatpay_chain::{BoxError, Client, Response, Result, json};

/// `number` is stored before the call, and the same in every attempt: another one
/// would be another refund.
pub async fn refund(
    wxpay: Client,
    order: String,
    number: String,
    fen: u32,
    total: u32,
) -> Result<Response> {
    let refunds = wxpay.chain("v3/refund/domestic/refunds").idempotent();
    let refund = refunds.post_async(json!({
        "out_trade_no": order,
        "out_refund_no": number,
        "reason": "returned",
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"refund": fen, "total": total, "currency": "CNY"},
    }));
    refund.await
}

/// From a web handler: spawned, for the framework drops the handler when the
/// browser goes away.
pub async fn refund_for_page(
    wxpay: &Client,
    order: &str,
) -> Result<String, BoxError> {
    let (order, number) = (order.to_owned(), format!("R-{order}"));
    let refund = tokio::spawn(refund(wxpay.clone(), order, number, 100, 100));
    Ok(refund.await??.get("/status")?)
}
