use wechatpay_chain::{Client, Result, json};

/// Gives a payer one coupon of a stock; the same request number gives it once.
pub async fn send(
    wxpay: &Client,
    openid: &str,
    stock: &str,
    number: &str,
) -> Result<String> {
    let coupons =
        wxpay.chain("v3/marketing/favor/users").arg(openid).chain("coupons");
    let coupon = coupons.idempotent().post_async(json!({
        "stock_id": stock,
        "stock_creator_mchid": wxpay.mchid(),
        "out_request_no": number,
        "appid": "wx0000000000000001",
    }));
    coupon.await?.get("/coupon_id")
}
