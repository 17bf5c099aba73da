//! What is shown in lists: rows that the events make.

use eventsourcing::prelude::*;
use jiff::Timestamp;
use serde::Serialize;

use super::domain::{Customer, Name, Order, OrderEvent, Product, ProductEvent};

/// A product in the list of the shop.
#[derive(View, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ProductRow {
    #[view(key)]
    pub(crate) id: Id<Product>,
    pub(crate) name: String,
    pub(crate) price: u32,
    pub(crate) stock: u64,
}

#[projection(version = 1)]
impl ProductRow {
    #[on(ProductEvent::Offered)]
    fn offered(at: &At<Product>, name: &Name, price: u32, stock: u32) -> Self {
        Self { id: at.id(), name: name.to_string(), price, stock: stock.into() }
    }

    #[on(ProductEvent::Repriced)]
    fn repriced(&mut self, price: u32) {
        self.price = price;
    }

    #[on(ProductEvent::Restocked)]
    #[on(ProductEvent::GivenBack)]
    fn more(&mut self, pieces: u32) {
        self.stock += u64::from(pieces);
    }

    #[on(ProductEvent::Taken)]
    fn taken(&mut self, pieces: u32) {
        self.stock -= u64::from(pieces);
    }
}

/// An order in the lists of its customer and of the admin.
#[derive(View, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct OrderRow {
    #[view(key)]
    pub(crate) id: Id<Order>,
    #[view(index)]
    pub(crate) customer: Id<Customer>,
    /// The name of its last event, which is that of its status.
    #[view(index)]
    pub(crate) status: String,
    pub(crate) placed_at: Timestamp,
    pub(crate) pay_by: Timestamp,
    pub(crate) total: u64,
}

#[projection(version = 1)]
impl OrderRow {
    #[on(OrderEvent::Placed)]
    fn placed(at: &At<Order>, customer: Id<Customer>, total: u64, pay_by: Timestamp) -> Self {
        let (status, placed_at) = (at.event_name().to_owned(), at.recorded_at().try_into().unwrap_or_default());
        Self { id: at.id(), customer, status, placed_at, pay_by, total }
    }

    #[on(OrderEvent::Released)]
    #[on(OrderEvent::Shipped)]
    #[on(OrderEvent::Cancelled)]
    fn becomes(&mut self, at: &At<Order>) {
        self.status = at.event_name().into();
    }
}

/// The orders that were paid in full on a day (UTC).
#[derive(View, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct DayRow {
    #[view(key)]
    pub(crate) day: String,
    pub(crate) orders: u64,
    pub(crate) revenue: u64,
}

#[projection(version = 1, ignore(OrderEvent::Placed, OrderEvent::Shipped, OrderEvent::Cancelled))]
impl DayRow {
    #[on(OrderEvent::Released, key = day(at))]
    fn released(this: Option<Self>, at: &At<Order>, total: u64) -> Self {
        let (orders, revenue) = this.map_or((0, 0), |row| (row.orders, row.revenue));
        Self { day: day(at), orders: orders + 1, revenue: revenue + total }
    }
}

fn day(at: &At<Order>) -> String {
    Timestamp::try_from(at.recorded_at()).unwrap_or_default().strftime("%F").to_string()
}
