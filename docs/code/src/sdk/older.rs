use std::path::Path;

use wechatpay_chain::{Client, Method, Response, Result, json};

/// By value, so that it can be spawned; the certificate is presented by itself.
pub async fn refund(
    wxpay: Client,
    order: String,
    number: String,
) -> Result<Response> {
    let refund = wxpay["v2/secapi/pay/refund"].post_async(json!({
        "appid": "wx0000000000000001",
        "mch_id": wxpay.mchid(),
        "out_trade_no": order,
        "out_refund_no": number,
        "total_fee": 100,
        "refund_fee": 100,
    }));
    refund.await
}

/// The bill of a day, `20261121`, streamed to a file.
pub async fn bill(wxpay: &Client, date: &str, file: &Path) -> Result<()> {
    let bill = wxpay.chain("v2/pay/downloadbill");
    let body = json!({
        "appid": "wx0000000000000001",
        "mch_id": wxpay.mchid(),
        "bill_date": date,
        "bill_type": "ALL",
    });
    bill.download(Method::POST, body)?.to_path_async(file).await?;
    Ok(())
}
