use wechatpay_chain::{Client, Response, Result, json};

/// The same by APIv3. 202 (`is_pending`): the payer is typing the password, so ask
/// every five seconds, and reverse after half a minute.
pub async fn charge(
    wxpay: &Client,
    number: &str,
    fen: u32,
    code: &str,
) -> Result<Response> {
    let payment = wxpay.chain("v3/pay/transactions/codepay").post_async(json!({
        "appid": "wx0000000000000001",
        "mchid": wxpay.mchid(),
        "description": "a book",
        "out_trade_no": number,
        "payer": {"auth_code": code},
        "amount": {"total": fen, "currency": "CNY"},
        "scene_info": {"store_info": {"out_id": "shop-1"}},
    }));
    payment.await
}

/// Not paid: nobody can pay any more. Paid: the money goes back.
pub async fn reverse(wxpay: &Client, number: &str) -> Result<Response> {
    let order = wxpay.chain("v3/pay/transactions/out-trade-no").arg(number);
    let reverse = order.chain("reverse").idempotent();
    let body = json!({"appid": "wx0000000000000001", "mchid": wxpay.mchid()});
    reverse.post_async(body).await
}
