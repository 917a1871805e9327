//! Combined orders, by the machine and by the model.

use serde_json::json;

use super::combined::{self, CombinedOp};
use super::model::coupon_amount;
use super::names::{self, PAYERS};
use super::program;
use super::run::{Run, Verdict, control_essence, essence, same};

impl Run {
    pub(super) fn combined(&mut self, op: &CombinedOp) -> Verdict {
        match op {
            CombinedOp::Place { number, subs, again } => {
                let known = self.model.combined.get(number).filter(|_| *again).map(|known| known.subs);
                let subs = match known {
                    None => *subs,
                    // Now and then what is said of the settlement is another.
                    Some(mut known) => {
                        known[0].sharing = subs[0].sharing;
                        known
                    }
                };
                let said = self.model.combine(*number, subs);
                let answer = self.call(combined::place(*number, subs));
                self.said("combine", essence(&answer), said)
            }
            CombinedOp::Pay { number, payer, outcome, coupon } => {
                let total = self.model.combined.get(number).map_or(0, super::model_combined::Combined::total);
                let coupon = coupon.filter(|coupon| coupon_amount(total, *coupon) > 0);
                let said = self.model.pay_combined(*number, *payer, *outcome, coupon);
                let mut body = json!({"payer": PAYERS[*payer], "outcome": program::outcome_name(*outcome)});
                if let Some(coupon) = coupon {
                    let kind = program::coupon_type(coupon);
                    body["coupon"] = json!({"amount": coupon_amount(total, coupon), "type": kind});
                }
                let answer = self.control("POST", &combined::pay_path(*number), body);
                self.said("pay combined", control_essence(&answer), said)
            }
            CombinedOp::Close { number, all } => {
                let subs = self.model.combined.get(number).map(|known| known.subs.map(|sub| sub.order));
                let orders = subs.unwrap_or_default();
                let said = self.model.close_combined(*number, *all);
                let answer = self.call(combined::close(*number, if *all { &orders } else { &orders[..1] }));
                self.said("close combined", essence(&answer), said)
            }
        }
    }

    /// Whether the machine's combined orders are in the states that the model says.
    pub(super) fn compare_combined(&self) -> Verdict {
        for (number, expected) in &self.model.combined {
            let number = combined::combine_out_trade_no(*number);
            let order = self.world.orders.by_combined(names::mchid(0), &number);
            same("combined order", order.map(|order| order.state.as_str()), Some(expected.state))?;
        }
        Ok(())
    }
}
