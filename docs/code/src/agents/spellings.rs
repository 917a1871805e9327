use wechatpay_chain::{Client, Result, Value, chain};

/// One endpoint, six spellings; blocking ones, and those for an `async fn`.
pub fn blocking(wxpay: &Client, body: &Value) -> Result<()> {
    wxpay.seg("v3").seg("offlineface").seg("contracts").seg("presign").post(body)?;
    wxpay.chain("v3/offlineface/contracts/presign").post(body)?;
    wxpay["v3/offlineface/contracts/presign"].post(body)?;
    Ok(())
}

pub async fn asynchronous(wxpay: &Client, body: &Value) -> Result<()> {
    chain!(wxpay.v3.offlineface.contracts.presign).post_async(body).await?;
    wxpay.chain("v3/offlineface/contracts/presign").post_async(body).await?;
    wxpay["v3/offlineface/contracts/presign"].post_async(body).await?;
    Ok(())
}
