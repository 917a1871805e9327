//! 付款码支付: a charge that may need minutes of the customer, driven to an end that is known.

use std::borrow::Borrow;
use std::fmt;
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::payload::Source;
use crate::pending::Pending;
use crate::request::prepare;
use crate::response::Response;
use crate::retry::Retry;
use crate::runtime;

const CHARGE: &str = "v2/pay/micropay";
const QUERY: &str = "v2/pay/orderquery";
const REVERSE: &str = "v2/secapi/pay/reverse";

/// Asking for thirty seconds, then reversing for fifteen.
const DEADLINE: Duration = Duration::from_secs(45);

/// How often the gateway wants to be asked.
const INTERVAL: Duration = Duration::from_secs(5);

/// Of the charge's fields those that name the order in a query or a reversal.
const NAMES: [&str; 6] = ["appid", "mch_id", "sub_appid", "sub_mch_id", "out_trade_no", "sign_type"];

/// How a charge ended. `Debug` shows which, not the answer.
#[derive(Clone, PartialEq, Eq)]
pub enum Micropay {
    /// The customer paid: the answer of the charge, or of the query that found it.
    Paid(Value),
    /// It was refused, has failed or was closed, and was not paid: the answer that says so.
    Failed(Value),
    /// It was not paid in time and is reversed: whatever was taken is given back.
    Reversed,
    /// At the deadline it was neither, or a refund of it was asked for, or the number was used before. Query the order before you
    /// charge again.
    Unknown {
        /// The merchant's own number of the order.
        out_trade_no: String,
    },
}

impl fmt::Debug for Micropay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paid(_) => f.write_str("Paid"),
            Self::Failed(_) => f.write_str("Failed"),
            Self::Reversed => f.write_str("Reversed"),
            Self::Unknown { out_trade_no } => f.debug_struct("Unknown").field("out_trade_no", out_trade_no).finish(),
        }
    }
}

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
    /// ```
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
        Pending::new(async move { Charge::check(self)?.run().await })
    }
}

impl fmt::Debug for MicropayCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MicropayCall").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

/// A charge whose reversal is known to be possible.
struct Charge {
    client: Client,
    payload: Value,
    /// What names the order.
    order: Value,
    out_trade_no: String,
    started: Instant,
    deadline: Duration,
}

/// What a query found.
enum Found {
    End(Micropay),
    /// Not paid, and nobody is about to.
    Unpaid,
    Open,
}

impl Charge {
    fn check(call: MicropayCall) -> Result<Self> {
        let MicropayCall { client, payload, deadline } = call;
        let number = payload.get("out_trade_no").and_then(Value::as_str).filter(|number| !number.is_empty());
        let out_trade_no =
            number.ok_or_else(|| Error::request("micropay: out_trade_no is missing, expected a text"))?.to_owned();
        if deadline.is_zero() {
            return Err(Error::request("micropay: deadline is zero, expected some time"));
        }
        let member = |name: &str| payload.get(name).map(|value| (name.to_owned(), value.clone()));
        let order = Value::Object(NAMES.into_iter().filter_map(member).collect::<Map<_, _>>());
        // Before the charge: what could not be reversed is not charged.
        for (path, fields) in [(CHARGE, &payload), (QUERY, &order), (REVERSE, &order)] {
            let chain = client.chain(path);
            prepare(
                client.shared(),
                chain.description(),
                Method::POST,
                Source::Json(std::borrow::Cow::Borrowed(fields)),
            )?;
        }
        Ok(Self { client, payload, order, out_trade_no, started: Instant::now(), deadline })
    }

    async fn run(self) -> Result<Micropay> {
        // An order that was there before this charge is not this charge's to reverse.
        let mut made_before = false;
        match self.call(CHARGE, &self.payload, self.deadline / 3).await {
            Ok(answer) => match answer.value() {
                Ok(answer) if self.is_ours(&answer) => return Ok(Micropay::Paid(answer)),
                _ => {}
            },
            Err(error) if error.rejection().is_some_and(|no| no.is("ORDERPAID") || no.is("OUT_TRADE_NO_USED")) => {
                made_before = true;
            }
            Err(error) if !error.outcome_unknown() => return refused(error),
            Err(_) => {}
        }
        let asking = self.deadline / 3 * 2;
        let interval = (asking / 6).min(INTERVAL);
        while self.started.elapsed() + interval <= asking && runtime::pause(interval).await.is_ok() {
            match self.ask().await {
                Found::End(end) => return Ok(end),
                Found::Unpaid => break,
                Found::Open => {}
            }
        }
        match made_before {
            true => Ok(self.unknown()),
            false => Ok(self.reverse(interval.min(Duration::from_secs(2))).await),
        }
    }

    /// Reverses until the gateway says that it need not be done again.
    async fn reverse(&self, interval: Duration) -> Micropay {
        // While a reversal may still take effect, no answer that the order is paid can be relied on.
        let mut may_be_reversed = false;
        while !self.left().is_zero() {
            match self.call(REVERSE, &self.order, self.left()).await {
                Ok(answer) if answer.get::<String>("/recall").is_ok_and(|recall| recall == "N") => {
                    return Micropay::Reversed;
                }
                Ok(_) => may_be_reversed = true,
                Err(error) => may_be_reversed |= error.outcome_unknown(),
            }
            match self.ask().await {
                Found::End(Micropay::Paid(_)) if may_be_reversed => {}
                Found::End(end) => return end,
                Found::Unpaid | Found::Open => {}
            }
            if runtime::pause(interval.min(self.left())).await.is_err() {
                break;
            }
        }
        self.unknown()
    }

    fn unknown(&self) -> Micropay {
        Micropay::Unknown { out_trade_no: self.out_trade_no.clone() }
    }

    /// Whether an answer is about this order: signatures of APIv2 do not say to which request they are the answer.
    fn is_ours(&self, answer: &Value) -> bool {
        let same = |name: &str| match (self.payload.get(name), answer.get(name).and_then(Value::as_str)) {
            (Some(Value::String(asked)), Some(found)) => asked == found,
            // A number, as it was written into the XML.
            (Some(asked), Some(found)) => found == asked.to_string().as_str(),
            _ => true,
        };
        ["out_trade_no", "mch_id", "sub_mch_id", "appid", "total_fee"].into_iter().all(same)
    }

    async fn ask(&self) -> Found {
        // What cannot be asked or believed leaves it open.
        let Ok(answer) = self.call(QUERY, &self.order, self.deadline / 6).await else { return Found::Open };
        let Ok(answer) = answer.value() else { return Found::Open };
        if !self.is_ours(&answer) || answer.get("out_trade_no").is_none() {
            return Found::Open;
        }
        match answer.get("trade_state").and_then(Value::as_str).unwrap_or_default() {
            "SUCCESS" => Found::End(Micropay::Paid(answer)),
            "REVOKED" => Found::End(Micropay::Reversed),
            "PAYERROR" | "CLOSED" => Found::End(Micropay::Failed(answer)),
            // It was paid, and some or all of it is going back.
            "REFUND" => Found::End(self.unknown()),
            "NOTPAY" => Found::Unpaid,
            _ => Found::Open,
        }
    }

    async fn call(&self, path: &'static str, fields: &Value, at_most: Duration) -> Result<Response> {
        let timeout = at_most.min(self.left()).min(self.client.shared().timeout).max(Duration::from_millis(1));
        let chain = self.client.chain(path).timeout(timeout).retry(Retry::none());
        chain.pending(Method::POST, Source::Json(std::borrow::Cow::Borrowed(fields))).await
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_sub(self.started.elapsed())
    }
}

/// A charge that is known not to have been made.
fn refused(error: Error) -> Result<Micropay> {
    match error.rejection().and_then(|rejection| rejection.detail()) {
        Some(answer) => Ok(Micropay::Failed(answer.clone())),
        None => Err(error),
    }
}
