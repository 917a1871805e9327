use wechatpay_chain::{Client, Response, Result, path};

/// A value is never written into a path: `.arg`, `.var` and `.query` encode them.
pub async fn look_up(wxpay: &Client, id: &str) -> Result<Response> {
    let order = wxpay.chain(path!("v3/pay/transactions/id/{transaction_id}"));
    order.var("transaction_id", id).query("mchid", wxpay.mchid()).get_async().await
}
