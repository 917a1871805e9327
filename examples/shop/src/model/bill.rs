//! The books compared with the bill of a day, both ways.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::money::Fen;

/// A payment (`out_trade_no`) or a refund (`out_refund_no`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Somebody paid an order.
    Payment(String),
    /// An order was paid back, in part or whole.
    Refund(String),
}

/// Amounts of payments and refunds.
pub type Amounts = BTreeMap<Entry, Fen>;

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// The bill has it, the books do not.
    OnlyBill {
        /// What.
        entry: Entry,
        /// How much.
        amount: Fen,
    },
    /// The books have it on that day, the bill does not.
    OnlyBooks {
        /// What.
        entry: Entry,
        /// How much.
        amount: Fen,
    },
    /// Both have it.
    Amount {
        /// What.
        entry: Entry,
        /// What the bill says.
        bill: Fen,
        /// What the books say.
        books: Fen,
    },
}

/// How bill and books stand to each other; sums as the bill has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// How many payments.
    pub payments: usize,
    /// How many refunds.
    pub refunds: usize,
    /// What was paid.
    pub paid: Fen,
    /// What was paid back.
    pub refunded: Fen,
    /// What does not fit.
    pub differences: Vec<Difference>,
}

/// Everything in the bill is in the books, whatever their day; everything of the day in the books is in the bill.
pub fn compare(bill: &Amounts, of_day: &Amounts, all: &Amounts) -> Reconciliation {
    let mut found = Reconciliation::default();
    for (entry, &amount) in bill {
        let (count, sum) = match entry {
            Entry::Payment(_) => (&mut found.payments, &mut found.paid),
            Entry::Refund(_) => (&mut found.refunds, &mut found.refunded),
        };
        *count += 1;
        *sum = Fen::new(sum.get().saturating_add(amount.get()));
        let entry = entry.clone();
        match all.get(&entry) {
            None => found.differences.push(Difference::OnlyBill { entry, amount }),
            Some(&books) if books != amount => {
                found.differences.push(Difference::Amount { entry, bill: amount, books });
            }
            Some(_) => {}
        }
    }
    let missing = of_day.iter().filter(|(entry, _)| !bill.contains_key(entry));
    let missing = missing.map(|(entry, &amount)| Difference::OnlyBooks { entry: entry.clone(), amount });
    found.differences.extend(missing);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(number: &str) -> Entry {
        Entry::Payment(number.to_owned())
    }

    #[test]
    fn both_ways() {
        let fen = Fen::new;
        let refund = Entry::Refund("A".to_owned());
        let bill = Amounts::from([(payment("A"), fen(10)), (payment("B"), fen(20)), (refund.clone(), fen(3))]);
        // B was paid before midnight by the books' clock: it is another day's there, and no difference.
        let of_day = Amounts::from([(payment("A"), fen(11)), (payment("C"), fen(5))]);
        let all = Amounts::from([(payment("A"), fen(11)), (payment("B"), fen(20)), (payment("C"), fen(5))]);
        let found = compare(&bill, &of_day, &all);
        assert_eq!((found.payments, found.refunds, found.paid, found.refunded), (2, 1, fen(30), fen(3)));
        let expected = [
            Difference::Amount { entry: payment("A"), bill: fen(10), books: fen(11) },
            Difference::OnlyBill { entry: refund, amount: fen(3) },
            Difference::OnlyBooks { entry: payment("C"), amount: fen(5) },
        ];
        assert_eq!(found.differences, expected);
        assert_eq!(compare(&Amounts::new(), &Amounts::new(), &all).differences, []);
    }
}
