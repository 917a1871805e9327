use wechatpay_chain::{Client, Response, Result, Value};

/// JSON pointers into the plain body say what is encrypted. This one must be there.
pub async fn add(wxpay: &Client, receiver: Value) -> Result<Response> {
    let receivers = wxpay.chain("v3/profitsharing/receivers/add");
    receivers.encrypt("/name").post_async(receiver).await
}

/// `*` is every item of a list; those without a name stay as they are. By value, so
/// that it can be spawned.
pub async fn share(wxpay: Client, order: Value) -> Result<Response> {
    let orders = wxpay.chain("v3/profitsharing/orders").idempotent();
    orders.encrypt_if_present("/receivers/*/name").post_async(order).await
}
