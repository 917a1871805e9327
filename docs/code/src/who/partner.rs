use wechatpay_chain::{Client, Result, json};

/// `partner` is the partner's client: its number, its key, its certificate.
pub async fn order(
    partner: &Client,
    sub_mchid: &str,
    number: &str,
) -> Result<String> {
    let orders = partner.chain("v3/pay/partner/transactions/native").idempotent();
    let order = orders.post_async(json!({
        "sp_appid": "wx0000000000000001",
        "sp_mchid": partner.mchid(),
        "sub_mchid": sub_mchid,
        "description": "a book",
        "out_trade_no": number,
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"total": 100, "currency": "CNY"},
    }));
    order.await?.get("/code_url")
}
