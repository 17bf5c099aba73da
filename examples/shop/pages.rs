//! The pages: without a script, and readable on a phone. Each is a template of what it shows.
#![expect(clippy::ref_binding_to_reference, unused_qualifications, reason = "in what the derive makes")]

use std::fmt::Display;

use askama::Template;
use eventsourcing::log::{LogEvent, Trace};
use eventsourcing::prelude::*;
use jiff::Timestamp;

use super::ShopEvent;
use super::domain::{Customer, Order, OrderEvent, Product, Status};
use super::views::{DayRow, OrderRow, ProductRow};

#[derive(Clone, Copy, Template)]
pub(crate) enum Page<'a> {
    #[template(path = "problem.html")]
    Problem { title: &'a str, detail: &'a str },
    #[template(path = "products.html")]
    Products { products: &'a [ProductRow] },
    #[template(path = "product.html")]
    Product { product: &'a Product },
    #[template(path = "customer.html")]
    Customer { customer: &'a Customer, products: &'a [ProductRow], total: u64 },
    #[template(path = "orders_of.html")]
    OrdersOf { customer: Id<Customer>, orders: &'a [OrderRow] },
    #[template(path = "order.html")]
    Order { id: Id<Order>, order: &'a Order, paid: u64, history: &'a [Recorded<OrderEvent>] },
    #[template(path = "trace.html")]
    Trace { id: Id<Order>, traces: &'a [Trace<ShopEvent>] },
    #[template(path = "orders.html")]
    Orders { status: Status, orders: &'a [OrderRow] },
    #[template(path = "revenue.html")]
    Revenue { days: &'a [DayRow] },
    #[template(path = "audit.html")]
    Audit { deeds: &'a [Recorded<LogEvent<ShopEvent>>] },
}

/// Cents as people write them.
pub(crate) fn money(cents: impl Display) -> String {
    let cents = format!("{cents:03}");
    let (whole, rest) = cents.split_at(cents.len() - 2);
    format!("€ {whole}.{rest}")
}

pub(crate) fn time(time: &(impl Clone + TryInto<Timestamp>)) -> String {
    let time = time.clone().try_into().unwrap_or_default();
    format!("<time datetime=\"{time}\">{}</time>", time.strftime("%F %R"))
}
