//! The pages that the load generator asks for: the same as those of the shop, of the rows of the tables.

use maud::{Markup, html};

use super::rows::{Customer, Order, OrderRow, Product};
use crate::shop::pages::{layout, money, number, stock, text, time};

pub(super) fn products(products: &[Product]) -> Markup {
    let body = html! {
        ul.cards {
            @for row in products {
                li {
                    strong { (row.name) } span.price { (money(row.price.into())) } (stock(row.stock)) a href={ "/products/" (row.id) } { "Change" }
                }
            }
            @if products.is_empty() { li { "Nothing yet." } }
        }
        h2 { "Offer a product" }
        form action="/products" method="post" {
            (text("Name", "text", "name")) (number("Price in cents", "price", 0)) (number("Pieces", "stock", 0)) button { "Offer" }
        }
    };
    layout("Products", &body)
}

fn badge(status: &str) -> Markup {
    html! { span class={ "badge " (status) } { (status) } }
}

pub(super) fn orders_of(customer: &Customer, rows: &[OrderRow]) -> Markup {
    let body = html! {
        ul.cards {
            @for row in rows {
                li { a href={ "/orders/" (row.id) } { "Order of " (time(row.placed_at)) } span.price { (money(row.total)) } (badge(&row.status)) }
            }
            @if rows.is_empty() { li { "None." } }
        }
        p { a href={ "/customers/" (customer.id) } { "Back to the shop" } }
    };
    layout(&format!("Orders of {}", customer.name), &body)
}

pub(super) fn order(order: &Order) -> Markup {
    let body = html! {
        p { (badge(&order.status)) " " a href={ "/customers/" (order.customer) "/orders" } { "All orders of the customer" } }
        ul.cards {
            @for line in &order.lines {
                li { strong { (line.pieces) " × " (line.name) } span.price { (money(u64::from(line.price) * u64::from(line.pieces))) } }
            }
        }
        p { "Total " strong { (money(order.total)) } ", paid " (money(order.paid)) }
        @if order.status == "Placed" { p { "To be paid by " (time(order.pay_by)) " as " code { (order.id) } } }
        @if order.status == "Released" {
            form action={ "/orders/" (order.id) "/shipment" } method="post" { button { "It is shipped" } }
        }
        h2 { "What happened" }
        p { a href={ "/orders/" (order.id) "/trace" } { "What led to it" } }
        ul.cards {
            @for step in &order.steps {
                li { strong { (step.status) } span.note { (step.actor.as_deref().unwrap_or("the shop")) } (time(step.at)) }
            }
        }
    };
    layout("Order", &body)
}
