use wechatpay_chain::{Client, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wxpay = Client::from_env()?;
    let order = wxpay["v3/pay/transactions/native"].post(json!({
        "appid": "wx0000000000000001",
        "mchid": wxpay.mchid(),
        "description": "a book",
        "out_trade_no": "20261125001",
        "notify_url": "https://shop.example.com/wxpay/notify",
        "amount": {"total": 100, "currency": "CNY"},
    }))?;
    println!("{}", order.get::<String>("/code_url")?);
    Ok(())
}
