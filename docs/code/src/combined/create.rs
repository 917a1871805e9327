use wechatpay_chain::{Client, Result, Value, json};

/// What one shop of the mall sells in this order.
pub struct Part<'p> {
    pub mchid: &'p str,
    pub number: &'p str,
    pub fen: u32,
}

/// One payment for up to ten shops, each with a number of its own.
pub async fn create(
    wxpay: &Client,
    number: &str,
    parts: &[Part<'_>],
) -> Result<String> {
    let sub_orders: Vec<Value> = parts.iter().map(sub_order).collect();
    let orders = wxpay.chain("v3/combine-transactions/native").idempotent();
    let order = orders.post_async(json!({
        "combine_appid": "wx0000000000000001",
        "combine_mchid": wxpay.mchid(),
        "combine_out_trade_no": number,
        "sub_orders": sub_orders,
        "notify_url": "https://shop.example.com/wxpay/notify",
    }));
    order.await?.get("/code_url")
}

fn sub_order(part: &Part<'_>) -> Value {
    json!({
        "mchid": part.mchid,
        "out_trade_no": part.number,
        "attach": "mall",
        "description": "a book",
        "amount": {"total_amount": part.fen, "currency": "CNY"},
    })
}
