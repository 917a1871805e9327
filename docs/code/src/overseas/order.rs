use wechatpay_chain::{Client, ClientBuilder, Result, json};

/// The host of Hong Kong and most of Asia; `apius` and `apieu` are for others.
pub fn client(builder: ClientBuilder) -> Result<Client> {
    builder.base_uri("https://apihk.mch.weixin.qq.com/").build()
}

/// Amounts are in the smallest unit of the currency: 100 are HKD 1.00, or JPY 100.
pub async fn order(wxpay: &Client, sub_mchid: &str, number: &str) -> Result<String> {
    let orders = wxpay.chain("v3/global/transactions/native").idempotent();
    let order = orders.post_async(json!({
        "sp_appid": "wx0000000000000001",
        "sp_mchid": wxpay.mchid(),
        "sub_mchid": sub_mchid,
        "description": "a book",
        "notify_url": "https://shop.example.com/wxpay/notify",
        "out_trade_no": number,
        "trade_type": "NATIVE",
        "merchant_category_code": "5942",
        "amount": {"total": 100, "currency": "HKD"},
    }));
    order.await?.get("/code_url")
}
