use wechatpay_chain::{Client, Rejection, Response, Result, Value};

/// Finds out what became of a refund whose outcome is unknown, and repeats it with
/// the very same body where WeChat Pay has never heard of it.
pub async fn settle(wxpay: Client, stored: Value) -> Result<Response> {
    let refunds = wxpay.chain("v3/refund/domestic/refunds");
    let number = stored["out_refund_no"].as_str().unwrap_or_default();
    match refunds.arg(number).get_async().await {
        Err(error) if error.rejection().is_some_and(is_unknown) => {
            refunds.idempotent().post_async(stored).await
        }
        known => known,
    }
}

/// The same for a transfer; `stored` has the name, if any, in plain.
pub async fn settle_transfer(wxpay: Client, stored: Value) -> Result<Response> {
    let bills = wxpay.chain("v3/fund-app/mch-transfer/transfer-bills");
    let number = stored["out_bill_no"].as_str().unwrap_or_default();
    match bills.chain("out-bill-no").arg(number).get_async().await {
        Err(error) if error.rejection().is_some_and(is_unknown) => {
            let bills = bills.encrypt_if_present("/user_name").idempotent();
            bills.post_async(stored).await
        }
        known => known,
    }
}

/// Transfers have another word for it.
fn is_unknown(no: &Rejection) -> bool {
    no.status() == 404 && (no.is("RESOURCE_NOT_EXISTS") || no.is("NOT_FOUND"))
}
