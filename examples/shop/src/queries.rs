//! The job that asks: what a notification should have told, and did not.

use crate::ledger::{self, Order};
use crate::{Error, Shop};

impl Shop {
    /// Asks about every order and refund that is not settled; run it every minute. A notification may never come.
    pub async fn query_what_is_open(&self) -> Result<usize, Error> {
        // One after the other: both want the database.
        let orders = ledger::open_orders(&self.db())?;
        let refunds = ledger::open_refunds(&self.db())?;
        let mut settled = 0;
        for order in orders {
            settled += self.query_order(&order).await.unwrap_or_else(|error| still_open(&order.out_trade_no, &error));
        }
        for refund in refunds {
            settled +=
                self.query_refund(&refund).await.unwrap_or_else(|error| still_open(&refund.out_refund_no, &error));
        }
        Ok(settled)
    }

    pub(crate) async fn query_order(&self, order: &Order) -> Result<usize, Error> {
        let chain = self.wxpay.chain("v3/pay/transactions/out-trade-no").arg(&order.out_trade_no);
        let answer = chain.query("mchid", self.wxpay.mchid()).get_async().await?;
        match answer.get::<String>("/trade_state")?.as_str() {
            // An order that was refunded, was paid.
            "SUCCESS" | "REFUND" => {
                let own = answer.get::<String>("/out_trade_no")? == order.out_trade_no
                    && answer.get::<String>("/mchid")? == self.wxpay.mchid()
                    && answer.get::<String>("/amount/currency")? == "CNY";
                if !own {
                    return Err("the answer is about something else".into());
                }
                let (total, id): (u32, String) = (answer.get("/amount/total")?, answer.get("/transaction_id")?);
                let at: Option<String> = answer.get("/success_time").ok();
                ledger::settle(&self.db(), order, total, &id, at.as_deref())
            }
            "CLOSED" | "REVOKED" | "PAYERROR" => ledger::close(&self.db(), order),
            _ => Ok(0),
        }
    }

    async fn query_refund(&self, refund: &ledger::OpenRefund) -> Result<usize, Error> {
        let answer = self.wxpay.chain("v3/refund/domestic/refunds").arg(&refund.out_refund_no).get_async().await?;
        let state: String = answer.get("/status")?;
        if answer.get::<u32>("/amount/refund")? != refund.amount {
            return Err("the answer is about another amount".into());
        }
        if let Ok(at) = answer.get::<String>("/create_time") {
            ledger::accept_refund(&self.db(), &refund.out_refund_no, &at)?;
        }
        match state.as_str() {
            "SUCCESS" | "CLOSED" | "ABNORMAL" => ledger::end_refund(&self.db(), &refund.out_refund_no, &state),
            _ => Ok(0),
        }
    }
}

fn still_open(number: &str, error: &Error) -> usize {
    eprintln!("{number} stays open: {error}");
    0
}
