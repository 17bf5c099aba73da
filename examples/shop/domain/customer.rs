//! Who buys, and what they are about to order.

use std::collections::BTreeMap;

use eventsourcing::prelude::*;
use serde::Serialize;

use super::{Email, Name, Order, Product, Refused};

/// A customer. No two have one e-mail address.
#[derive(Aggregate, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Customer {
    #[serde(skip)]
    root: Root<Self>,
    pub(crate) name: Name,
    #[aggregate(unique)]
    pub(crate) email: Email,
}

#[events]
impl Customer {
    #[event(Registered)]
    pub(crate) fn register(id: Id<Self>, name: Name, email: Email) -> Self {
        Self { root: Root::with_id(id), name, email }
    }
}

/// The cart of a customer: how many pieces of which products.
#[derive(Aggregate, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Cart {
    #[serde(skip)]
    root: Root<Self>,
    pub(crate) pieces: BTreeMap<Id<Product>, u32>,
}

impl Cart {
    const MOST_PRODUCTS: u32 = 50;

    /// The cart of a customer has the same UUID.
    pub(crate) fn of(customer: Id<Customer>) -> Id<Self> {
        Id::from(customer.as_uuid())
    }

    pub(crate) fn pieces_of(&self, product: &Id<Product>) -> u32 {
        self.pieces.get(product).copied().unwrap_or(0)
    }
}

#[events]
impl Cart {
    #[event(Opened)]
    pub(crate) fn open(customer: Id<Customer>) -> Self {
        Self { root: Root::with_id(Self::of(customer)), pieces: BTreeMap::new() }
    }

    /// Has so many pieces of a product in the cart; none takes it out.
    pub(crate) fn put(&mut self, product: Id<Product>, pieces: u32) -> Result<(), Refused> {
        let is_new = !self.pieces.contains_key(&product);
        if is_new && self.pieces.len() >= Self::MOST_PRODUCTS as usize {
            return Err(Refused::TooMany { most: Self::MOST_PRODUCTS });
        }
        if pieces > Product::MOST {
            return Err(Refused::TooMany { most: Product::MOST });
        }
        self.changed(product, pieces);
        Ok(())
    }

    #[event(Changed)]
    fn changed(&mut self, product: Id<Product>, pieces: u32) {
        self.pieces.insert(product, pieces);
        self.pieces.retain(|_, pieces| *pieces > 0);
    }

    /// Empties the cart: what was in it is ordered.
    #[event(Ordered)]
    pub(crate) fn empty(&mut self, order: Id<Order>) {
        self.pieces.clear();
    }
}
