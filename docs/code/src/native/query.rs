use wechatpay_chain::{Client, Error, Rejection, Result};

/// What has become of an order.
#[derive(Debug, PartialEq)]
pub enum Order {
    Paid {
        transaction_id: String,
        fen: u32,
    },
    Open,
    /// Closed, reversed or failed: nobody can pay it any more.
    Ended,
    /// WeChat Pay has no order of this number (yet, if it was placed just now).
    Unknown,
}

pub async fn query(wxpay: &Client, number: &str) -> Result<Order> {
    let order = wxpay.chain("v3/pay/transactions/out-trade-no").arg(number);
    let order = match order.query("mchid", wxpay.mchid()).get_async().await {
        Ok(order) => order,
        Err(error) if is_unknown(&error) => return Ok(Order::Unknown),
        Err(error) => return Err(error),
    };
    Ok(match order.get::<String>("/trade_state")?.as_str() {
        // REFUND: it was paid; what was given back is on the refunds.
        "SUCCESS" | "REFUND" => Order::Paid {
            transaction_id: order.get("/transaction_id")?,
            fen: order.get("/amount/total")?,
        },
        "CLOSED" | "REVOKED" | "PAYERROR" => Order::Ended,
        _ => Order::Open,
    })
}

fn is_unknown(error: &Error) -> bool {
    let code = error.rejection().map_or("", Rejection::code);
    ["ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"].contains(&code)
}
