//! A complete little shop: order → prepay → payment parameters → notification → booked exactly once; refund; a query job for
//! notifications that never come; closing; and the books compared with the bill of the day.
//!
//! What keeps its money right: the amount comes from its own database; an order's number is stored before the gateway hears
//! of it; a notification is compared with the order and booked in the same transaction that inserts its key under a unique
//! index; a refund keeps its number until its outcome is known; calls that move money are spawned.

mod ledger;
mod queries;
mod reconcile;
mod web;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use wechatpay_chain::{Client, Event, Notice, Response, Value, json};

pub use ledger::{Entry, Order};
pub use reconcile::{Difference, Reconciliation};
pub use web::router;

/// Where WeChat Pay tells the shop what has happened.
const NOTIFY_URL: &str = "https://shop.example/notify";

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
    ///
    /// Repeating it with the same number and price is the same order: that is what to do when it failed, or what it gave is too old.
    pub async fn order(&self, out_trade_no: &str, openid: &str, price: u32) -> Result<Value, Error> {
        let payer = json!({"openid": openid});
        let prepay_id: String = self.place("jsapi", out_trade_no, price, Some(payer)).await?.get("/prepay_id")?;
        Ok(serde_json::to_value(self.wxpay.pay_params().jsapi(self.app_id, prepay_id)?)?)
    }

    /// The same for a QR code on a screen: gives the text to show as one.
    pub async fn order_native(&self, out_trade_no: &str, price: u32) -> Result<String, Error> {
        Ok(self.place("native", out_trade_no, price, None).await?.get("/code_url")?)
    }

    async fn place(&self, kind: &str, number: &str, price: u32, payer: Option<Value>) -> Result<Response, Error> {
        ledger::insert_order(&self.db(), number, price)?;
        // A member that is null is not sent.
        let call = self.wxpay.chain("v3/pay/transactions").arg(kind).idempotent().post_async(json!({
            "appid": self.app_id,
            "mchid": self.wxpay.mchid(),
            "description": "one thing",
            "out_trade_no": number,
            "notify_url": NOTIFY_URL,
            "amount": {"total": price, "currency": "CNY"},
            "payer": payer,
        }));
        Ok(tokio::spawn(call).await??)
    }

    /// Gives an order up, so that nobody can pay it any more; one that somebody has paid meanwhile is booked instead.
    pub async fn close(&self, out_trade_no: &str) -> Result<Order, Error> {
        let order = self.look_up(out_trade_no)?;
        let chain = self.wxpay.chain("v3/pay/transactions/out-trade-no").arg(out_trade_no).seg("close");
        match tokio::spawn(chain.idempotent().post_async(json!({"mchid": self.wxpay.mchid()}))).await? {
            Ok(_) => _ = ledger::close(&self.db(), &order)?,
            // Whatever the reason is: what the gateway says of the order itself decides.
            Err(error) if error.rejection().is_some_and(wechatpay_chain::Rejection::is_verified) => {
                self.query_order(&order).await?;
                let now = self.look_up(out_trade_no)?;
                return if now.paid > 0 || now.closed { Ok(now) } else { Err(error.into()) };
            }
            Err(error) => return Err(error.into()),
        }
        self.look_up(out_trade_no)
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
            "notify_url": NOTIFY_URL,
            "amount": {"refund": amount, "total": order.price, "currency": "CNY"},
        }));
        match tokio::spawn(call).await? {
            Ok(answer) => {
                if let Ok(at) = answer.get::<String>("/create_time") {
                    ledger::accept_refund(&self.db(), out_refund_no, &at)?;
                }
                Ok(())
            }
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

    /// An order as the ledger has it.
    pub fn look_up(&self, out_trade_no: &str) -> Result<Order, Error> {
        ledger::order(&self.db(), out_trade_no)
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
