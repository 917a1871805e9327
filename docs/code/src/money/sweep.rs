use wechatpay_chain::{Client, Result, json};

/// An order of the shop that is not paid, as far as the shop knows.
pub struct Open {
    pub number: String,
    pub fen: u32,
    pub overdue: bool,
}

/// Every minute: asks for each open order, books what is paid, closes what is
/// overdue. One that fails is asked again the next time.
pub async fn sweep(wxpay: &Client, open: &[Open], book: impl Fn(&Open)) {
    for order in open {
        if let Err(error) = look(wxpay, order, &book).await {
            eprintln!("{}: {error}", order.number);
        }
    }
}

async fn look(wxpay: &Client, order: &Open, book: &impl Fn(&Open)) -> Result<()> {
    let chain = wxpay.chain("v3/pay/transactions/out-trade-no").arg(&order.number);
    let state = chain.query("mchid", wxpay.mchid()).get_async().await?;
    match state["trade_state"].as_str() {
        // REFUND: it was paid, and something was given back since.
        Some("SUCCESS" | "REFUND") if state["amount"]["total"] == order.fen => {
            book(order);
        }
        Some("SUCCESS" | "REFUND") => {
            eprintln!("{}: not {} fen were paid", order.number, order.fen);
        }
        // If the payer is quicker the close is refused, and the next round books it.
        Some("NOTPAY") if order.overdue => {
            let close = chain.chain("close").idempotent();
            close.post_async(json!({"mchid": wxpay.mchid()})).await?;
        }
        _ => (),
    }
    Ok(())
}
