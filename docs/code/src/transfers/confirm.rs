use wechatpay_chain::{Client, Response, Result, TransferParams};

/// `bill` is the answer of `transfer`; the same call again gives it anew. `None` if
/// there is nothing to confirm: the account is short, or the payer was quicker.
pub fn confirm(wxpay: &Client, bill: &Response) -> Result<Option<TransferParams>> {
    match bill.get::<Option<String>>("/package_info")? {
        Some(package) if bill["state"] == "WAIT_USER_CONFIRM" => {
            Ok(Some(wxpay.pay_params().transfer("wx0000000000000001", package)?))
        }
        _ => Ok(None),
    }
}
