use wechatpay_chain::{Client, Result, Value};

/// A complaint that waits for the merchant.
pub struct Open {
    pub id: String,
    pub text: String,
    /// WeChat Pay encrypts it with the merchant's certificate.
    pub phone: Option<String>,
}

pub async fn open(wxpay: &Client, from: &str, to: &str) -> Result<Vec<Open>> {
    let list = wxpay.chain("v3/merchant-service/complaints-v2");
    let list = list.query("begin_date", from).query("end_date", to);
    let (mut pages, mut found) = (list.pages_async(50), Vec::new());
    while let Some(page) = pages.next().await {
        for complaint in page?.get::<Vec<Value>>("/data")? {
            if complaint["complaint_state"] == "PENDING" {
                found.push(read(wxpay, &complaint)?);
            }
        }
    }
    Ok(found)
}

fn read(wxpay: &Client, complaint: &Value) -> Result<Open> {
    let text = |name: &str| complaint[name].as_str().unwrap_or_default().to_owned();
    let phone = complaint["payer_phone"].as_str().map(|sealed| wxpay.decrypt(sealed));
    let (id, words) = (text("complaint_id"), text("complaint_detail"));
    Ok(Open { id, text: words, phone: phone.transpose()? })
}
