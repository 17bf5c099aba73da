//! What was ordered, and what becomes of it.

use eventsourcing::prelude::*;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Customer, Name, Product, Refused};

/// An order: at the prices of the moment, to be paid by a time.
#[derive(Aggregate, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Order {
    #[serde(flatten)]
    root: Root<Self>,
    pub(crate) customer: Id<Customer>,
    pub(crate) lines: Vec<Line>,
    pub(crate) total: u64,
    pub(crate) pay_by: Timestamp,
    pub(crate) status: Status,
}

/// So many pieces of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) product: Id<Product>,
    pub(crate) name: Name,
    pub(crate) price: u32,
    pub(crate) pieces: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// It waits for its payment.
    Placed,
    /// It is paid, and waits to be shipped.
    Released,
    Shipped,
    Cancelled,
}

impl Order {
    /// Takes what is in the cart from the stock of its products, and opens an order of it: all three are to be stored in one commit.
    pub(crate) fn place(
        id: Id<Self>,
        customer: &mut Customer,
        products: &mut [Product],
        pay_by: Timestamp,
    ) -> Result<Self, Refused> {
        if customer.cart.is_empty() {
            return Err(Refused::EmptyCart);
        }
        let mut lines = Vec::new();
        for product in products {
            let pieces = customer.pieces_of(&product.id());
            product.take(pieces.into(), id)?;
            lines.push(Line { product: product.id(), name: product.name.clone(), price: product.price, pieces });
        }
        customer.cart_ordered(id);
        let total = lines.iter().map(|line| u64::from(line.price) * u64::from(line.pieces)).sum();
        Ok(Self::placed(id, customer.id(), lines, total, pay_by))
    }
}

#[events]
impl Order {
    #[event(Placed)]
    fn placed(id: Id<Self>, customer: Id<Customer>, lines: Vec<Line>, total: u64, pay_by: Timestamp) -> Self {
        Self { root: Root::with_id(id), customer, lines, total, pay_by, status: Status::Placed }
    }

    /// It is paid.
    pub(crate) fn release(&mut self) -> Result<(), Refused> {
        self.check(Status::Placed).map(|()| self.released(self.total))
    }

    pub(crate) fn ship(&mut self) -> Result<(), Refused> {
        self.check(Status::Released).map(|()| self.shipped())
    }

    /// It is not paid in time: what it has taken is to be given back.
    pub(crate) fn cancel(&mut self) -> Result<Vec<Line>, Refused> {
        self.check(Status::Placed)?;
        self.cancelled();
        Ok(self.lines.clone())
    }

    fn check(&self, needed: Status) -> Result<(), Refused> {
        if self.status == needed { Ok(()) } else { Err(Refused::WrongStatus { is: self.status, needed }) }
    }

    #[event(Released)]
    fn released(&mut self, total: u64) {
        self.status = Status::Released;
    }

    #[event(Shipped)]
    fn shipped(&mut self) {
        self.status = Status::Shipped;
    }

    #[event(Cancelled)]
    fn cancelled(&mut self) {
        self.status = Status::Cancelled;
    }
}
