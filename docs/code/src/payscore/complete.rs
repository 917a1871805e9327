use wechatpay_chain::{Client, Response, Result, json};

/// The service ended: this is what it cost. `total_amount` is the sum of
/// `post_payments` less `post_discounts`. By value, so that it can be spawned.
pub async fn complete(wxpay: Client, number: String, fen: u32) -> Result<Response> {
    let order = wxpay.chain("v3/payscore/serviceorder").arg(number);
    let complete = order.chain("complete").idempotent();
    let complete = complete.post_async(json!({
        "appid": "wx0000000000000001",
        "service_id": "2002000000000558128851361561536",
        "post_payments": [{"name": "one ride", "amount": fen, "count": 1}],
        "total_amount": fen,
    }));
    complete.await
}
