use wechatpay_chain::{Client, Result};

/// Until the payer has confirmed. The state is then `CANCELING`, later `CANCELLED`.
pub async fn cancel(wxpay: &Client, number: &str) -> Result<String> {
    let bills = wxpay.chain("v3/fund-app/mch-transfer/transfer-bills/out-bill-no");
    let cancel = bills.arg(number).chain("cancel").idempotent();
    cancel.post_async(()).await?.get("/state")
}
