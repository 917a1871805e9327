use wechatpay_chain::{Client, Response, Result, json};

/// The payer has to confirm it: hand `package_info` to the page. Taken by value, so
/// that it can be spawned: `tokio::spawn(transfer(…)).await??`.
pub async fn transfer(
    wxpay: Client,
    openid: String,
    number: String,
    fen: u32,
) -> Result<Response> {
    let bills = wxpay.chain("v3/fund-app/mch-transfer/transfer-bills").idempotent();
    let bill = bills.post_async(json!({
        "appid": "wx0000000000000001",
        "out_bill_no": number,
        "openid": openid,
        "transfer_amount": fen,
        "transfer_remark": "a reward",
        "notify_url": "https://shop.example.com/wxpay/notify",
        "transfer_scene_id": "1000",
        "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "新会员有礼"},
            {"info_type": "奖励说明", "info_content": "注册会员抽奖一等奖"},
        ],
    }));
    bill.await
}
