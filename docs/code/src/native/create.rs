use wechatpay_chain::{Client, Result, json};

/// Places the order; the text becomes a QR code, valid for two hours.
pub async fn create(wxpay: &Client, number: &str, fen: u32) -> Result<String> {
    let orders = wxpay.chain("v3/pay/transactions/native").idempotent();
    let order = orders.post_async(json!({
        "appid": "wx0000000000000001",
        "mchid": wxpay.mchid(),
        "description": "a book",
        "out_trade_no": number,
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"total": fen, "currency": "CNY"},
    }));
    order.await?.get("/code_url")
}
