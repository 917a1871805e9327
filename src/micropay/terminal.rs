//! The public face: a charge about to be made, and its terminals.

use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::charge::Charge;
use super::end::Micropay;
use crate::client::Client;
#[cfg(feature = "sync")]
use crate::error::Result;
use crate::exchange::pending::Pending;

/// Asking for thirty seconds, then reversing for fifteen.
const DEADLINE: Duration = Duration::from_secs(45);

/// A charge about to be made; [`run`](Self::run) or [`run_async`](Self::run_async) makes it.
#[must_use = "nothing is charged until `.run()` or `.run_async()`"]
pub struct MicropayCall {
    client: Client,
    payload: Value,
    deadline: Duration,
}

impl Client {
    /// Charges a payment code (付款码) and follows it to its end: asks every five seconds while the customer types, and reverses what
    /// is not paid in time.
    ///
    /// `payload` has the fields of `pay/micropay`, `out_trade_no` among them. The charge is sent **once**.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use wechatpay_chain::{Method, json};
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(Method::POST, "v2/pay/micropay").reply(json!({"transaction_id": "4200"}));
    /// # let wxpay = gateway.client()?;
    /// use wechatpay_chain::Micropay;
    ///
    /// let order = json!({
    ///     "appid": "wx8888888888888888", "mch_id": wxpay.mchid(), "body": "shop", "out_trade_no": "1217752501",
    ///     "total_fee": 100, "spbill_create_ip": "8.8.8.8", "auth_code": "120061098828009406",
    /// });
    /// match wxpay.micropay(order).run()? {
    ///     Micropay::Paid(answer) => println!("paid: {}", answer["transaction_id"]),
    ///     Micropay::Failed(answer) => println!("not paid: {}", answer["err_code_des"]),
    ///     Micropay::Reversed => println!("not paid in time"),
    ///     Micropay::Unknown { out_trade_no } => println!("query and reverse {out_trade_no}"),
    ///     _ => println!("query and reverse it"), // what a later version may add
    /// }
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn micropay(&self, payload: impl Borrow<Value>) -> MicropayCall {
        MicropayCall { client: self.clone(), payload: payload.borrow().clone(), deadline: DEADLINE }
    }
}

impl MicropayCall {
    /// How long all of it may take; the default is 45 seconds. For two thirds of it the order is asked about, in the rest reversed.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Charges, and waits for the end.
    ///
    /// # Errors
    ///
    /// Only when nothing was charged: `Request` for a bad payload, `Config` without `merchant_identity` (the reversal needs it) or
    /// `secret`, and those of a call that was never sent. Once the charge left, what happened is a [`Micropay`].
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn run(self) -> Result<Micropay> {
        self.pending().wait()
    }

    /// Charges; the future gives the end. Spawn it: dropped on the way, nobody reverses.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub fn run_async(self) -> Pending<Micropay> {
        self.pending()
    }

    fn pending(self) -> Pending<Micropay> {
        let drive = self.client.engine().sender.hyper.drive().clone();
        Pending::new(drive, async move { Charge::check(self.client, self.payload, self.deadline)?.run().await })
    }
}

impl fmt::Debug for MicropayCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MicropayCall").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
