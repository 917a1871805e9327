use wechatpay_chain::{Client, Result, json};

/// Pays the first period and signs the contract (支付中签约) in one step.
pub async fn sign(wxpay: &Client, openid: &str, number: &str) -> Result<String> {
    let order = wxpay.chain("v2/pay/contractorder").idempotent();
    let order = order.post_async(json!({
        "appid": "wx0000000000000001",
        "mch_id": wxpay.mchid(),
        "contract_appid": "wx0000000000000001",
        "contract_mchid": wxpay.mchid(),
        "out_trade_no": number,
        "body": "membership, first month",
        "notify_url": "https://shop.example.com/wxpay/v2",
        "total_fee": 1500,
        "spbill_create_ip": "203.0.113.7",
        "trade_type": "JSAPI",
        "openid": openid,
        "plan_id": 12535,
        "contract_code": number,
        "request_serial": 1000,
        "contract_display_account": "a reader",
        "contract_notify_url": "https://shop.example.com/wxpay/v2",
    }));
    order.await?.get("/prepay_id")
}
