use wechatpay_chain::{AppParams, Client, Result, json};

/// Of the app on the Open Platform (微信开放平台).
const APPID: &str = "wx0000000000000003";

/// Places the order; the answer goes to the OpenSDK in the app.
pub async fn create(wxpay: &Client, number: &str, fen: u32) -> Result<AppParams> {
    let orders = wxpay.chain("v3/pay/transactions/app").idempotent();
    let order = orders.post_async(json!({
        "appid": APPID,
        "mchid": wxpay.mchid(),
        "description": "a book",
        "out_trade_no": number,
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"total": fen, "currency": "CNY"},
    }));
    let prepay_id: String = order.await?.get("/prepay_id")?;
    wxpay.pay_params().app_async(APPID, prepay_id).await
}
