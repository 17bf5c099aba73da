//! The pages that the load generator asks for: the templates of the shop, of the rows of the tables.
#![expect(clippy::ref_binding_to_reference, unused_qualifications, reason = "in what the derive makes")]

use askama::Template;
use uuid::Uuid;

use super::rows::{Order, OrderRow, Product};
use crate::shop::domain::Status;
use crate::shop::pages::{money, time};

#[derive(Clone, Copy, Template)]
pub(super) enum Page<'a> {
    #[template(path = "products.html")]
    Products { products: &'a [Product] },
    #[template(path = "orders_of.html")]
    OrdersOf { customer: Uuid, orders: &'a [OrderRow] },
    #[template(path = "order_by_hand.html")]
    Order { id: Uuid, order: &'a Order, paid: u64 },
}
