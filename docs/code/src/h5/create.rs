use wechatpay_chain::{Client, Result, json};

/// Places the order; the browser goes to the address within five minutes.
pub async fn create(
    wxpay: &Client,
    payer_ip: &str,
    number: &str,
    fen: u32,
) -> Result<String> {
    let orders = wxpay.chain("v3/pay/transactions/h5").idempotent();
    let order = orders.post_async(json!({
        "appid": "wx0000000000000001",
        "mchid": wxpay.mchid(),
        "description": "a book",
        "out_trade_no": number,
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"total": fen, "currency": "CNY"},
        "scene_info": {"payer_client_ip": payer_ip, "h5_info": {"type": "Wap"}},
    }));
    order.await?.get("/h5_url")
}
