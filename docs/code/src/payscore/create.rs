use wechatpay_chain::{Client, Result, SignedParams, json};

/// Creates the order; the payer confirms it on the page that these parameters open.
pub async fn create(wxpay: &Client, number: &str) -> Result<SignedParams> {
    let orders = wxpay.chain("v3/payscore/serviceorder").idempotent();
    let order = orders.post_async(json!({
        "out_order_no": number,
        "appid": "wx0000000000000001",
        "service_id": "2002000000000558128851361561536",
        "service_introduction": "bicycle",
        "time_range": {"start_time": "OnAccept"},
        "risk_fund": {"name": "DEPOSIT", "amount": 10_000},
        "notify_url": "https://shop.example.com/wxpay/notify",
        "need_user_confirm": true,
    }));
    let package: String = order.await?.get("/package")?;
    wxpay.pay_params_v2().payscore_confirm(package)
}
