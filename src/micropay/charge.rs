//! A charge from its first request to an end that is known: asking, reversing, and what each answer means.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Map, Value};

use super::end::Micropay;
use crate::client::Client;
use crate::error::retry::Retry;
use crate::error::{Error, Result};
use crate::exchange::response::Response;
use crate::request::payload::Source;
use crate::request::prepare::prepare;
use crate::transport::timer;

const CHARGE: &str = "v2/pay/micropay";
const QUERY: &str = "v2/pay/orderquery";
const REVERSE: &str = "v2/secapi/pay/reverse";

/// How often the gateway wants to be asked.
const INTERVAL: Duration = Duration::from_secs(5);

/// Of the charge's fields those that name the order in a query or a reversal.
const NAMES: [&str; 6] = ["appid", "mch_id", "sub_appid", "sub_mch_id", "out_trade_no", "sign_type"];

/// A charge whose reversal is known to be possible.
pub(super) struct Charge {
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
    pub(super) fn check(client: Client, payload: Value, deadline: Duration) -> Result<Self> {
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
                &client.engine().merchant,
                chain.description(),
                Method::POST,
                Source::Json(std::borrow::Cow::Borrowed(fields)),
            )?;
        }
        Ok(Self { client, payload, order, out_trade_no, started: Instant::now(), deadline })
    }

    pub(super) async fn run(self) -> Result<Micropay> {
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
        while self.started.elapsed() + interval <= asking && self.pause(interval).await.is_ok() {
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
            if self.pause(interval.min(self.left())).await.is_err() {
                break;
            }
        }
        self.unknown()
    }

    async fn pause(&self, time: Duration) -> Result<()> {
        timer::pause(self.client.engine().sender.hyper.drive().driver()?, time).await
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
        let timeout = at_most.min(self.left()).min(self.client.engine().merchant.timeout).max(Duration::from_millis(1));
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
