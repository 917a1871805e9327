use wechatpay_chain::{Client, Result};

#[derive(Debug, PartialEq)]
pub struct Order {
    pub state: String,
    pub attach: Option<String>,
    pub openid: String,
}

pub async fn look_up(wxpay: &Client, id: &str) -> Result<Order> {
    let orders = wxpay.chain("v3/pay/transactions/id").arg(id);
    let order = orders.query("mchid", wxpay.mchid()).get_async().await?;
    Ok(Order {
        // Must be there, or an error names it.
        state: order.get("/trade_state")?,
        // Absent or null: `None`.
        attach: order.get("/attach")?,
        // As serde_json has it: absent is `Null`.
        openid: order["payer"]["openid"].as_str().unwrap_or_default().to_owned(),
    })
}
