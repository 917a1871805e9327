use wechatpay_chain::{Client, JsapiParams, Result, json};

/// Of the official account or the mini program that the payer is in.
const APPID: &str = "wx0000000000000001";

/// Places the order; the answer goes to the page as it is.
pub async fn create(
    wxpay: &Client,
    openid: &str,
    number: &str,
    fen: u32,
) -> Result<JsapiParams> {
    let orders = wxpay.chain("v3/pay/transactions/jsapi").idempotent();
    let order = orders.post_async(json!({
        "appid": APPID,
        "mchid": wxpay.mchid(),
        "description": "a book",
        "out_trade_no": number,
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"total": fen, "currency": "CNY"},
        "payer": {"openid": openid},
    }));
    let prepay_id: String = order.await?.get("/prepay_id")?;
    wxpay.pay_params().jsapi_async(APPID, prepay_id).await
}
