//! What is sold.

use eventsourcing::prelude::*;
use serde::Serialize;

use super::{Name, Order, Refused};

/// A product, its price in cents, and how many pieces are in stock.
/// Each order of it is an event, and each order loads it: with snapshots that is as fast for one that sells well.
#[derive(Aggregate, Clone, Debug, PartialEq, Serialize)]
#[aggregate(snapshot_every = 16)]
pub(crate) struct Product {
    #[serde(flatten)]
    root: Root<Self>,
    #[aggregate(opaque)]
    pub(crate) name: Name,
    pub(crate) price: u32,
    pub(crate) stock: u64,
}

#[events]
impl Product {
    #[event(Offered)]
    pub(crate) fn offer(id: Id<Self>, name: Name, price: u32, stock: u32) -> Self {
        Self { root: Root::with_id(id), name, price, stock: stock.into() }
    }

    /// Takes pieces for an order.
    pub(crate) fn take(&mut self, pieces: u32, order: Id<Order>) -> Result<(), Refused> {
        if u64::from(pieces) > self.stock {
            return Err(Refused::OutOfStock { name: self.name.clone(), left: self.stock });
        }
        self.taken(pieces, order);
        Ok(())
    }

    #[event(Repriced)]
    pub(crate) fn reprice(&mut self, price: u32) {
        self.price = price;
    }

    #[event(Restocked)]
    pub(crate) fn restock(&mut self, pieces: u32) {
        self.stock += u64::from(pieces);
    }

    #[event(Taken)]
    fn taken(&mut self, pieces: u32, order: Id<Order>) {
        self.stock -= u64::from(pieces);
    }

    /// Gives back what an order has taken that is not sent.
    #[event(GivenBack)]
    pub(crate) fn give_back(&mut self, pieces: u32, order: Id<Order>) {
        self.stock += u64::from(pieces);
    }
}
