//! A fault that is to be set.

use serde_json::{Map, Value, json};

use super::error::Error;
use super::fault::Fault;
use super::simulator::Simulator;

/// A fault on its way to be set: what it is meant for, and how often it fires; once if nothing is said.
///
/// It is set at the end of the statement, when this is dropped. An error then is given by the next call of the [`Simulator`]'s; who
/// wants it at once ends with [`set`](Self::set).
#[derive(Debug)]
pub struct FaultRule<'s> {
    simulator: &'s Simulator,
    fault: Fault,
    matching: Map<String, Value>,
    body: Map<String, Value>,
    is_set: bool,
}

impl<'s> FaultRule<'s> {
    pub(super) fn new(simulator: &'s Simulator, fault: Fault) -> Self {
        Self { simulator, fault, matching: Map::new(), body: Map::new(), is_set: false }
    }

    /// On calls of an endpoint: its method, and its path, a template or the beginning of one with `*`.
    pub fn on(self, method: &str, path: &str) -> Self {
        self.matching("method", method.into()).matching("path", path.into())
    }

    /// On notices of an event, such as `REFUND.SUCCESS`, or `REFUND.*`.
    pub fn on_notice(self, event_type: &str) -> Self {
        self.matching("event_type", event_type.into())
    }

    /// Of a merchant alone.
    pub fn merchant(self, mchid: &str) -> Self {
        self.matching("mchid", mchid.into())
    }

    /// About one of the merchant's numbers alone, such as an `out_trade_no`.
    pub fn number(self, number: &str) -> Self {
        self.matching("number", number.into())
    }

    /// At that attempt of a call or a notice alone, from 1.
    pub fn attempt(self, attempt: u32) -> Self {
        self.matching("attempt", attempt.into())
    }

    /// Fires so many times.
    pub fn times(self, times: u32) -> Self {
        self.with("times", times.into())
    }

    /// Fires every time.
    pub fn always(self) -> Self {
        self.with("times", Value::Null)
    }

    /// Lets the first so many pass.
    pub fn skip(self, skip: u32) -> Self {
        self.with("skip", skip.into())
    }

    /// Fires by chance, 0 to 1, which the seed draws.
    pub fn rate(self, rate: f64) -> Self {
        self.with("rate", rate.into())
    }

    /// Sets it now; gives the fault with its `id` as the control interface has it.
    ///
    /// # Errors
    ///
    /// `BAD_REQUEST` for one that cannot fire on what it is meant for.
    pub fn set(mut self) -> Result<Value, Error> {
        self.send()
    }

    fn matching(mut self, name: &str, value: Value) -> Self {
        self.matching.insert(name.to_owned(), value);
        self
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.body.insert(name.to_owned(), value);
        self
    }

    fn send(&mut self) -> Result<Value, Error> {
        self.is_set = true;
        self.body.insert("fault".to_owned(), self.fault.to_string().into());
        self.body.insert("match".to_owned(), json!(self.matching));
        self.simulator.post("faults", json!(self.body))
    }
}

impl Drop for FaultRule<'_> {
    fn drop(&mut self) {
        if !self.is_set {
            if let Err(error) = self.send() {
                self.simulator.remember(error);
            }
        }
    }
}
