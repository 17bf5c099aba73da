//! What is shown in lists: rows that the events make.

use std::time::SystemTime;

use eventsourcing::prelude::*;
use jiff::Timestamp;
use serde::Serialize;

use super::domain::{Customer, Name, Order, OrderEvent, Product, ProductEvent, Status};

/// A product in the list of the shop.
#[derive(View, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ProductRow {
    #[view(key)]
    pub(crate) id: Id<Product>,
    pub(crate) name: String,
    pub(crate) price: u32,
    pub(crate) stock: u32,
}

#[projection(version = 1)]
impl ProductRow {
    #[on(ProductEvent::Offered)]
    fn offered(at: &At<Product>, name: &Name, price: u32) -> Self {
        Self { id: at.id(), name: name.to_string(), price, stock: 0 }
    }

    #[on(ProductEvent::Repriced)]
    fn repriced(&mut self, price: u32) {
        self.price = price;
    }

    #[on(ProductEvent::Restocked)]
    #[on(ProductEvent::GivenBack)]
    fn more(&mut self, pieces: u32) {
        self.stock += pieces;
    }

    #[on(ProductEvent::Taken)]
    fn taken(&mut self, pieces: u32) {
        self.stock -= pieces;
    }
}

/// An order in the lists of its customer and of the admin.
#[derive(View, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct OrderRow {
    #[view(key)]
    pub(crate) id: Id<Order>,
    #[view(index)]
    pub(crate) customer: Id<Customer>,
    #[view(index)]
    pub(crate) status: Status,
    pub(crate) placed_at: Timestamp,
    pub(crate) pay_by: Timestamp,
    pub(crate) total: u64,
}

#[projection(version = 1)]
impl OrderRow {
    #[on(OrderEvent::Placed)]
    fn placed(at: &At<Order>, customer: Id<Customer>, total: u64, pay_by: Timestamp) -> Self {
        Self { id: at.id(), customer, status: Status::Placed, placed_at: timestamp(at.recorded_at()), pay_by, total }
    }

    #[on(OrderEvent::Released)]
    fn released(&mut self) {
        self.status = Status::Released;
    }

    #[on(OrderEvent::Shipped)]
    fn shipped(&mut self) {
        self.status = Status::Shipped;
    }

    #[on(OrderEvent::Cancelled)]
    fn cancelled(&mut self) {
        self.status = Status::Cancelled;
    }
}

/// What came in on a day (UTC).
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
    timestamp(at.recorded_at()).strftime("%F").to_string()
}

/// When something was recorded, as it is shown.
pub(crate) fn timestamp(recorded_at: SystemTime) -> Timestamp {
    recorded_at.try_into().unwrap_or_default()
}
