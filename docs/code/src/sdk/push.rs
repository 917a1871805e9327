use wechatpay_chain::mock::Server;
use wechatpay_chain::{Result, json};

/// What the shop that listens at `notify_url` answers to a notification, and to a
/// forged one. `push` blocks: in an asynchronous test, within `spawn_blocking`.
pub fn push(gateway: &Server, notify_url: &str) -> Result<(u16, u16)> {
    let paid = json!({
        "mchid": "1900000109", "out_trade_no": "A-00001", "trade_state": "SUCCESS",
        "amount": {"total": 100, "currency": "CNY"},
    });
    let notice =
        || gateway.notice("TRANSACTION.SUCCESS", "transaction", paid.clone());
    let genuine = notice().push(notify_url)?;
    let forged = notice().forged().push(notify_url)?;
    Ok((genuine.as_u16(), forged.as_u16()))
}

/// A day's bill of so many rows, the first of them as the shop has it in its books.
pub fn sell(gateway: &Server, rows: u64) {
    gateway.bills(rows).rows([[("商户订单号", "A-00001"), ("订单金额", "1.00")]]);
}
