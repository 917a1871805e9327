use wechatpay_chain::{Client, Result, json};

/// Amounts are integers in fen, from the shop's own database; the number is unique
/// and stored, with these very parameters, before the call.
pub struct Stored {
    pub number: String,
    pub fen: u32,
    pub description: String,
}

/// May be called any number of times: the same number and body are one order.
pub async fn place(wxpay: &Client, stored: &Stored) -> Result<String> {
    let orders = wxpay.chain("v3/pay/transactions/native").idempotent();
    let order = orders.post_async(json!({
        "appid": "wx0000000000000001",
        "mchid": wxpay.mchid(),
        "description": stored.description,
        "out_trade_no": stored.number,
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"total": stored.fen, "currency": "CNY"},
    }));
    order.await?.get("/code_url")
}
