//! Who buys, and what they are about to order.

use std::collections::BTreeMap;

use eventsourcing::prelude::*;
use serde::Serialize;

use super::{Email, Name, Order, Product};

/// A customer, with a cart. No two have one e-mail address.
#[derive(Aggregate, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Customer {
    #[serde(flatten)]
    root: Root<Self>,
    pub(crate) name: Name,
    #[aggregate(unique)]
    pub(crate) email: Email,
    /// How many pieces of which products.
    pub(crate) cart: BTreeMap<Id<Product>, u16>,
}

impl Customer {
    pub(crate) fn pieces_of(&self, product: &Id<Product>) -> u16 {
        self.cart.get(product).copied().unwrap_or(0)
    }
}

#[events]
impl Customer {
    #[event(Registered)]
    pub(crate) fn register(id: Id<Self>, name: Name, email: Email) -> Self {
        Self { root: Root::with_id(id), name, email, cart: BTreeMap::new() }
    }

    /// Has so many pieces of a product in the cart; none takes it out.
    #[event(CartChanged)]
    pub(crate) fn put(&mut self, product: Id<Product>, pieces: u16) {
        self.cart.insert(product, pieces);
        self.cart.retain(|_, pieces| *pieces > 0);
    }

    /// What was in the cart is ordered.
    #[event(CartOrdered)]
    pub(crate) fn cart_ordered(&mut self, order: Id<Order>) {
        self.cart.clear();
    }
}
