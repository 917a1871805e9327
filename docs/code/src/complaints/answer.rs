use wechatpay_chain::{Client, Result, json};

/// Answers the payer, then says that the matter is settled.
pub async fn answer(wxpay: &Client, id: &str, text: &str) -> Result<()> {
    let complaint = wxpay.chain("v3/merchant-service/complaints-v2").arg(id);
    let body = json!({"complainted_mchid": wxpay.mchid(), "response_content": text});
    complaint.chain("response").post_async(body).await?;
    let body = json!({"complainted_mchid": wxpay.mchid()});
    complaint.chain("complete").post_async(body).await?;
    Ok(())
}

/// Where notifications of complaints go; they have an address of their own.
pub async fn notify_at(wxpay: &Client, url: &str) -> Result<()> {
    let setting = wxpay.chain("v3/merchant-service/complaint-notifications");
    setting.post_async(json!({"url": url})).await?;
    Ok(())
}
