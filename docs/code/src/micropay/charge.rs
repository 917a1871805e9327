use wechatpay_chain::{Client, Micropay, Result, json};

#[derive(Debug, PartialEq)]
pub enum Till {
    Paid {
        transaction_id: String,
    },
    /// Show the message and let the payer open a new code; use a new number.
    NotPaid,
    /// Ask the payer for nothing: query until it is clear.
    Unclear,
}

/// Charges once, asks while the payer types the password, and reverses what is not
/// paid in time. `code` is what the scanner read.
pub async fn charge(
    wxpay: &Client,
    number: &str,
    fen: u32,
    code: &str,
) -> Result<Till> {
    let payment = wxpay.micropay(json!({
        "appid": "wx0000000000000001",
        "mch_id": wxpay.mchid(),
        "body": "a book",
        "out_trade_no": number,
        "total_fee": fen,
        "spbill_create_ip": "203.0.113.7",
        "auth_code": code,
    }));
    Ok(match payment.run_async().await? {
        Micropay::Paid(answer) => Till::Paid {
            transaction_id: answer["transaction_id"]
                .as_str()
                .unwrap_or_default()
                .into(),
        },
        Micropay::Failed(_) | Micropay::Reversed => Till::NotPaid,
        _ => Till::Unclear,
    })
}
