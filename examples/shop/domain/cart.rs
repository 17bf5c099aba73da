//! What a customer is about to order.

use std::collections::BTreeMap;

use eventsourcing::prelude::*;
use serde::Serialize;

use super::{Customer, Order, Product, Refused};

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
        if pieces == 0 {
            self.pieces.remove(&product);
        } else {
            self.pieces.insert(product, pieces);
        }
    }

    /// Empties the cart: what was in it is ordered.
    #[event(Ordered)]
    pub(crate) fn empty(&mut self, order: Id<Order>) {
        self.pieces.clear();
    }
}
