//! A payer pays.

use serde_json::{Map, Value, json};

use super::error::Error;
use super::simulator::Simulator;

/// What a payer is about to do with an order; alice pays it unless something else is said.
#[derive(Clone, Debug)]
#[must_use = "nothing is paid until it is sent"]
pub struct Pay<'s> {
    simulator: &'s Simulator,
    order: String,
    body: Map<String, Value>,
    waits: bool,
}

impl<'s> Pay<'s> {
    pub(super) fn new(simulator: &'s Simulator, order: &str) -> Self {
        Self { simulator, order: order.to_owned(), body: Map::new(), waits: false }
    }

    /// By another payer: `bob`, or one that was made.
    pub fn payer(self, name: &str) -> Self {
        self.with("payer", name.into())
    }

    /// With another outcome than `SUCCESS`: `WRONG_PASSWORD`, `NOT_ENOUGH`, `CANCEL` or `RISK`.
    pub fn outcome(self, outcome: &str) -> Self {
        self.with("outcome", outcome.into())
    }

    /// From a bank, such as `ICBC_DEBIT`.
    pub fn bank_type(self, bank_type: &str) -> Self {
        self.with("bank_type", bank_type.into())
    }

    /// With a coupon of so many fen, `CASH` or `NOCASH`.
    pub fn coupon(self, amount: i64, kind: &str) -> Self {
        self.with("coupon", json!({"amount": amount, "type": kind}))
    }

    /// Waits until the merchant was told once; the answer then has `notices`.
    pub fn wait_for_notices(mut self) -> Self {
        self.waits = true;
        self
    }

    /// Pays; gives the order as the control interface has it.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for an order that there is not, `AMBIGUOUS` for a number that several merchants have, `STATE`, `EXPIRED` or
    /// `PAYER_MISMATCH` if it cannot be paid now, or not by this payer.
    pub fn send(self) -> Result<Value, Error> {
        let wait = if self.waits { "?wait=notices" } else { "" };
        self.simulator.post(&format!("orders/{}/pay{wait}", self.order), Value::Object(self.body))
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.body.insert(name.to_owned(), value);
        self
    }
}
