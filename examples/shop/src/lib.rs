//! A complete little shop: order → prepay → payment parameters → notification → booked exactly once; refund; and a query
//! job for notifications that never come.
//!
//! What keeps its money right: the amount comes from its own database; an order's number is stored before the gateway hears
//! of it; a notification is compared with the order and booked in the same transaction that inserts its key under a unique
//! index; a refund keeps its number until its outcome is known; calls that move money are spawned.

mod ledger;
mod web;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use wechatpay_chain::{Client, Event, Notice, Value, json};

pub use ledger::Order;
pub use web::router;

/// Any error: of the database, of the gateway, or a sentence.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The shop: its database and its access to WeChat Pay. Cheap to clone.
#[derive(Clone)]
pub struct Shop {
    pub wxpay: Client,
    db: Arc<Mutex<Connection>>,
    app_id: &'static str,
}

impl Shop {
    /// Opens the database at `path`, and makes its tables where they are missing.
    pub fn open(path: &Path, wxpay: Client) -> Result<Self, Error> {
        let db = Connection::open(path)?;
        ledger::create(&db)?;
        Ok(Self { wxpay, db: Arc::new(Mutex::new(db)), app_id: "wx8888888888888888" })
    }

    /// Takes an order and gives what the payer's phone needs; the price is the shop's, whatever the browser says.
    pub async fn order(&self, out_trade_no: &str, openid: &str, price: u32) -> Result<Value, Error> {
        ledger::insert_order(&self.db(), out_trade_no, price)?;
        let call = self.wxpay["v3/pay/transactions/jsapi"].idempotent().post_async(json!({
            "appid": self.app_id,
            "mchid": self.wxpay.mchid(),
            "description": "one thing",
            "out_trade_no": out_trade_no,
            "notify_url": "https://shop.example/notify",
            "amount": {"total": price, "currency": "CNY"},
            "payer": {"openid": openid},
        }));
        let prepay_id: String = tokio::spawn(call).await??.get("/prepay_id")?;
        Ok(serde_json::to_value(self.wxpay.pay_params().jsapi(self.app_id, prepay_id)?)?)
    }

    /// Books what a notification says, once; what it must not be mistaken for is left alone.
    pub fn book(&self, notice: &Notice) -> Result<(), Error> {
        match notice.event() {
            Event::Payment => ledger::book_payment(&mut self.db(), self.wxpay.mchid(), notice),
            Event::Refund => ledger::book_refund(&mut self.db(), notice),
            // Shared money and combined orders are not this shop's payments; accepted, so that they are not repeated.
            _ => Ok(()),
        }
    }

    /// Pays an order back, in part or whole. Repeating it with the same `out_refund_no` is one refund.
    pub async fn refund(&self, out_trade_no: &str, out_refund_no: &str, amount: u32) -> Result<(), Error> {
        let order = ledger::insert_refund(&mut self.db(), out_trade_no, out_refund_no, amount)?;
        let call = self.wxpay["v3/refund/domestic/refunds"].idempotent().post_async(json!({
            "out_trade_no": out_trade_no,
            "out_refund_no": out_refund_no,
            "amount": {"refund": amount, "total": order.price, "currency": "CNY"},
        }));
        match tokio::spawn(call).await? {
            Ok(_) => Ok(()),
            // It may have happened: its number stays taken until the gateway says what became of it.
            Err(error) if error.outcome_unknown() => {
                ledger::open_refund(&self.db(), out_refund_no)?;
                Err(format!("refund {out_refund_no} is open: {error}").into())
            }
            // A verified no that no repetition will change; anything else leaves it pending, to be tried again.
            Err(error)
                if !error.is_retryable() && error.rejection().is_some_and(wechatpay_chain::Rejection::is_verified) =>
            {
                ledger::fail_refund(&self.db(), out_refund_no)?;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

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

    async fn query_order(&self, order: &Order) -> Result<usize, Error> {
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
                ledger::settle(&self.db(), order, total, &id)
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
        match state.as_str() {
            "SUCCESS" | "CLOSED" | "ABNORMAL" => ledger::end_refund(&self.db(), &refund.out_refund_no, &state),
            _ => Ok(0),
        }
    }

    /// An order as the ledger has it.
    pub fn look_up(&self, out_trade_no: &str) -> Result<Order, Error> {
        ledger::order(&self.db(), out_trade_no)
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn still_open(number: &str, error: &Error) -> usize {
    eprintln!("{number} stays open: {error}");
    0
}
