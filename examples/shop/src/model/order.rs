//! An order, and what can become of it.

use jiff::Timestamp;

use super::money::Fen;
use super::openid::Openid;
use super::states::states;

states! {
    /// Whether somebody has paid an order.
    OrderState {
        /// Nobody has, as far as we know.
        Unpaid = "UNPAID",
        /// Somebody has. What was paid back later does not change that.
        Paid = "PAID",
        /// Nobody has, and nobody can any more.
        Closed = "CLOSED",
    }
}

impl OrderState {
    /// The state after WeChat Pay has said `paid`, or that the order is closed; `None` if that changes nothing.
    ///
    /// A payment that was quicker than a closing counts. What is paid is not closed.
    pub fn after(self, word: Self) -> Option<Self> {
        match (self, word) {
            (Self::Unpaid | Self::Closed, Self::Paid) => Some(Self::Paid),
            (Self::Unpaid, Self::Closed) => Some(Self::Closed),
            _ => None,
        }
    }
}

/// An order as the books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The merchant's number, `out_trade_no`.
    pub number: String,
    /// What is bought.
    pub thing: String,
    /// What the payer reads.
    pub description: String,
    /// What it costs.
    pub price: Fen,
    /// Who is to pay, for an order within WeChat; `None` for a QR code.
    pub openid: Option<Openid>,
    /// What its maker gets of it, in ten-thousandths.
    pub maker_share: u32,
    /// Whether it is paid.
    pub state: OrderState,
    /// What the payer's phone needs: the text of the QR code, or the `prepay_id`; until when it can be used.
    pub credential: Option<(String, Timestamp)>,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
    /// WeChat Pay's number of the payment.
    pub transaction_id: Option<String>,
    /// What was paid.
    pub paid: Fen,
    /// What of it has been promised back: refunds that have not failed.
    pub taken: Fen,
    /// What of that has arrived.
    pub refunded: Fen,
}

states! {
    /// What the customer is told.
    Shown {
        /// It can be paid.
        Waiting = "WAITING",
        /// It was not paid in time.
        Closed = "CLOSED",
        /// It is paid.
        Paid = "PAID",
        /// Money is on its way back.
        Refunding = "REFUNDING",
        /// A part has come back.
        PartlyRefunded = "PARTLY_REFUNDED",
        /// All has come back.
        Refunded = "REFUNDED",
    }
}

impl Order {
    /// What the customer is told.
    pub fn shown(&self) -> Shown {
        match self.state {
            OrderState::Unpaid => Shown::Waiting,
            OrderState::Closed => Shown::Closed,
            OrderState::Paid if self.refunded == self.paid => Shown::Refunded,
            OrderState::Paid if self.refunded < self.taken => Shown::Refunding,
            OrderState::Paid if self.refunded > Fen::ZERO => Shown::PartlyRefunded,
            OrderState::Paid => Shown::Paid,
        }
    }

    /// What the payer's phone needs, if it can still be used.
    pub fn usable_credential(&self, now: Timestamp) -> Option<&str> {
        let usable = self.credential.as_ref().filter(|(_, until)| self.state == OrderState::Unpaid && now < *until);
        usable.map(|(credential, _)| credential.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_in_every_state() {
        use OrderState::{Closed, Paid, Unpaid};
        let after = [Unpaid, Paid, Closed].map(|state| [Unpaid, Paid, Closed].map(|word| state.after(word)));
        assert_eq!(after, [[None, Some(Paid), Some(Closed)], [None, None, None], [None, Some(Paid), None]]);
    }

    fn order(state: OrderState, paid: i64, taken: i64, refunded: i64) -> Order {
        Order {
            number: "S1".to_owned(),
            thing: "tea".to_owned(),
            description: "茶".to_owned(),
            price: Fen::new(100),
            openid: None,
            maker_share: 0,
            state,
            credential: Some(("weixin://1".to_owned(), Timestamp::from_second(10).unwrap())),
            expires_at: Timestamp::MAX,
            transaction_id: None,
            paid: Fen::new(paid),
            taken: Fen::new(taken),
            refunded: Fen::new(refunded),
        }
    }

    #[test]
    fn customers_are_told_where_their_money_is() {
        use OrderState::{Closed, Paid, Unpaid};
        let told = [(Unpaid, 0, 0, 0), (Closed, 0, 0, 0), (Paid, 100, 0, 0), (Paid, 100, 40, 0), (Paid, 100, 40, 40)]
            .map(|(state, paid, taken, refunded)| order(state, paid, taken, refunded).shown());
        assert_eq!(told, [Shown::Waiting, Shown::Closed, Shown::Paid, Shown::Refunding, Shown::PartlyRefunded]);
        assert_eq!(order(Paid, 100, 100, 40).shown(), Shown::Refunding);
        assert_eq!(order(Paid, 100, 100, 100).shown(), Shown::Refunded);
    }

    #[test]
    fn a_credential_is_used_until_it_ends_or_the_order_does() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(order(OrderState::Unpaid, 0, 0, 0).usable_credential(at(9)), Some("weixin://1"));
        assert_eq!(order(OrderState::Unpaid, 0, 0, 0).usable_credential(at(10)), None);
        assert_eq!(order(OrderState::Paid, 100, 0, 0).usable_credential(at(9)), None);
    }
}
