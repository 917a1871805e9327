use wechatpay_chain::{Client, Result, TransferParams};

/// For `wx.requestMerchantTransfer`; only while the bill waits for the payer.
pub async fn confirm(wxpay: &Client, number: &str) -> Result<Option<TransferParams>> {
    let bills = wxpay.chain("v3/fund-app/mch-transfer/transfer-bills/out-bill-no");
    let bill = bills.arg(number).get_async().await?;
    match bill.get::<Option<String>>("/package_info")? {
        Some(package) if bill["state"] == "WAIT_USER_CONFIRM" => {
            Ok(Some(wxpay.pay_params().transfer("wx0000000000000001", package)?))
        }
        _ => Ok(None),
    }
}
