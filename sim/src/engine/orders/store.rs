//! All orders, and the ways to them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::index::Index;
use super::super::listed;
use super::super::urls::Urls;
use super::order::Order;

/// In the state file a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders {
    #[expect(
        clippy::vec_box,
        reason = "a list of whole orders has room for up to as many again, and is copied when it grows"
    )]
    list: Vec<Box<Order>>,
    by_id: Index,
    by_number: Index,
    by_transaction: Index,
    by_credential: Index,
    urls: Urls,
}

impl Orders {
    /// In the order in which they were made.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.list.iter().map(|order| &**order)
    }

    pub(crate) fn insert(&mut self, mut order: Order) {
        order.fit();
        order.notify_url = self.urls.shared(&order.notify_url);
        let place = self.list.len();
        self.by_id.add(order.id.as_str(), place);
        self.by_number.add(&(&*order.mchid, &*order.out_trade_no), place);
        if let Some(id) = &order.transaction_id {
            self.by_transaction.add(id.as_str(), place);
        }
        for credential in &order.credentials {
            self.by_credential.add(credential.page_id(), place);
        }
        self.list.push(Box::new(order));
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Order> {
        self.found(self.place(id))
    }

    /// By merchant and the merchant's number; a combined order's is another kind of number.
    pub(crate) fn by_number(&self, mchid: &str, out_trade_no: &str) -> Option<&Order> {
        self.numbered(mchid, out_trade_no, false)
    }

    /// A combined order by merchant and the merchant's number.
    pub(crate) fn by_combined(&self, mchid: &str, combine_out_trade_no: &str) -> Option<&Order> {
        self.numbered(mchid, combine_out_trade_no, true)
    }

    pub(crate) fn by_transaction(&self, transaction_id: &str) -> Option<&Order> {
        let has_it = |order: &Order| order.transaction_id.as_deref() == Some(transaction_id);
        self.found(self.by_transaction.last(transaction_id, |place| self.is(place, has_it)))
    }

    /// By a credential's own part: a `prepay_id`, the end of a `code_url`, a code. If several orders had it, the newest of them.
    pub(crate) fn by_credential(&self, page_id: &str) -> Option<&Order> {
        let has_it = |order: &Order| order.credentials.iter().any(|credential| credential.page_id() == page_id);
        self.found(self.by_credential.last(page_id, |place| self.is(place, has_it)))
    }

    /// Changes one: its numbers stay as they are, a transaction's and more credentials may come. What the closure gives back, or `None` if
    /// there is no such order.
    pub(crate) fn update<T>(&mut self, id: &str, change: impl FnOnce(&mut Order) -> T) -> Option<T> {
        let place = self.place(id)?;
        let order = self.list.get_mut(place)?;
        let (was_paid, had) = (order.transaction_id.is_some(), order.credentials.len());
        let done = change(order);
        order.fit();
        if let Some(id) = order.transaction_id.as_deref().filter(|_| !was_paid) {
            self.by_transaction.add(id, place);
        }
        for credential in order.credentials.iter().skip(had) {
            self.by_credential.add(credential.page_id(), place);
        }
        Some(done)
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.by_id.last(id, |place| self.is(place, |order| order.id == id))
    }

    fn numbered(&self, mchid: &str, number: &str, combined: bool) -> Option<&Order> {
        let has_it =
            |order: &Order| order.out_trade_no == number && order.mchid == mchid && order.is_combined() == combined;
        self.found(self.by_number.last(&(mchid, number), |place| self.is(place, has_it)))
    }

    fn is(&self, place: usize, what: impl Fn(&Order) -> bool) -> bool {
        self.list.get(place).is_some_and(|order| what(order))
    }

    fn found(&self, place: Option<usize>) -> Option<&Order> {
        self.list.get(place?).map(|order| &**order)
    }
}

impl Serialize for Orders {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Orders {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut orders = Self::default();
        listed::each(deserializer, |order| orders.insert(order))?;
        Ok(orders)
    }
}
