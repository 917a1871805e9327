//! Orders that are paid together: what ties a combined order and its sub-orders.

use serde::{Deserialize, Serialize};

use super::orders::{Order, Orders};

/// What an order is to others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    #[default]
    Single,
    /// Pays for several: the simulator's ids of its sub-orders. It has no money of its own.
    Combined(Vec<String>),
    /// One of a combined order, whose id this is.
    Sub(Box<str>),
}

impl Role {
    pub(crate) fn is_single(&self) -> bool {
        *self == Self::Single
    }
}

impl Order {
    pub(crate) fn is_combined(&self) -> bool {
        matches!(self.role, Role::Combined(_))
    }

    pub(crate) fn is_sub(&self) -> bool {
        matches!(self.role, Role::Sub(_))
    }

    /// The ids of its sub-orders, if it is a combined one.
    pub(crate) fn subs(&self) -> &[String] {
        match &self.role {
            Role::Combined(subs) => subs,
            Role::Single | Role::Sub(_) => &[],
        }
    }
}

impl Orders {
    /// The sub-orders of a combined order, as it names them.
    pub(crate) fn subs_of(&self, order: &Order) -> impl Iterator<Item = &Order> {
        order.subs().iter().filter_map(|id| self.by_id(id))
    }

    /// An order's id, then those of its sub-orders: they are paid and closed with it.
    pub(crate) fn family(&self, id: &str) -> Vec<String> {
        let subs = self.by_id(id).map(Order::subs).unwrap_or_default();
        std::iter::once(id.to_owned()).chain(subs.iter().cloned()).collect()
    }
}
