//! The pages: without a script, and readable on a phone. Each is a function of what it shows.

use eventsourcing::Recorded;
use eventsourcing::prelude::*;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::domain::{Cart, Customer, Order, OrderEvent, Product, Status};
use super::http::{Deed, Step};
use super::views::{DayRow, OrderRow, ProductRow};

pub(crate) fn layout(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Shop" }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                nav {
                    @for (place, name) in [("", "Shop"), ("products", "Products"), ("admin/orders", "Orders"), ("admin/revenue", "Revenue"), ("admin/audit", "Audit")] {
                        a href={ "/" (place) } { (name) }
                    }
                }
                main { h1 { (title) } (body) }
            }
        }
    }
}

/// Cents as people write them.
pub(crate) fn money(cents: u64) -> String {
    format!("€ {}.{:02}", cents / 100, cents % 100)
}

pub(crate) fn time(time: Timestamp) -> Markup {
    html! { time datetime=(time) { (time.strftime("%F %R")) } }
}

pub(crate) fn text(label: &str, kind: &str, name: &str) -> Markup {
    html! { label { (label) input type=(kind) name=(name) required maxlength="200"; } }
}

pub(crate) fn number(label: &str, name: &str, value: u32) -> Markup {
    html! { label { (label) input type="number" name=(name) value=(value) min="0" required; } }
}

pub(crate) fn stock(pieces: u32) -> Markup {
    html! { span.note { @if pieces == 0 { "out of stock" } @else { (pieces) " in stock" } } }
}

fn list(products: &[ProductRow], beside: impl Fn(&ProductRow) -> Markup) -> Markup {
    html! {
        ul.cards {
            @for row in products { li { strong { (row.name) } span.price { (money(row.price.into())) } (stock(row.stock)) (beside(row)) } }
            @if products.is_empty() { li { "Nothing yet." } }
        }
    }
}

pub(crate) fn problem(title: &str, detail: &str) -> Markup {
    layout(title, &html! { p.problem role="alert" { (detail) "." } })
}

pub(crate) fn front(products: &[ProductRow]) -> Markup {
    let body = html! {
        form action="/customers" method="get" { (text("E-mail", "email", "email")) button { "Sign in" } }
        form action="/customers" method="post" { (text("Name", "text", "name")) (text("E-mail", "email", "email")) button { "Register" } }
        h2 { "What there is" }
        (list(products, |_| html! {}))
    };
    layout("Welcome", &body)
}

/// All products, and the form for one more.
pub(crate) fn products(products: &[ProductRow]) -> Markup {
    let body = html! {
        (list(products, |row| html! { a href={ "/products/" (row.id) } { "Change" } }))
        h2 { "Offer a product" }
        form action="/products" method="post" {
            (text("Name", "text", "name")) (number("Price in cents", "price", 0)) (number("Pieces", "stock", 0)) button { "Offer" }
        }
    };
    layout("Products", &body)
}

pub(crate) fn product(product: &Product) -> Markup {
    let place = format!("/products/{}", product.id());
    let body = html! {
        p { span.price { (money(product.price.into())) } " " (stock(product.stock)) }
        form action={ (place) "/price" } method="post" { (number("Price in cents", "price", product.price)) button { "Set the price" } }
        form action={ (place) "/stock" } method="post" { (number("Pieces", "pieces", 1)) button { "Add to the stock" } }
    };
    layout(&product.name.to_string(), &body)
}

/// Where a customer buys: what there is, and how many pieces of it are in the cart.
pub(crate) fn customer(customer: &Customer, cart: &Cart, products: &[ProductRow]) -> Markup {
    let place = format!("/customers/{}", customer.id());
    let in_cart = |row: &ProductRow| cart.pieces.get(&row.id).copied().unwrap_or(0);
    let total = products.iter().map(|row| u64::from(row.price) * u64::from(in_cart(row))).sum();
    let beside = |row: &ProductRow| {
        html! {
            form.inline action={ (place) "/cart" } method="post" {
                input type="hidden" name="product" value=(row.id);
                (number("In the cart", "pieces", in_cart(row))) button { "Put" }
            }
        }
    };
    let body = html! {
        p { (customer.email) ": " a href={ (place) "/orders" } { "your orders" } }
        (list(products, beside))
        p { (cart.pieces.len()) " products in the cart: " strong { (money(total)) } }
        form action={ (place) "/orders" } method="post" { button disabled[cart.pieces.is_empty()] { "Order now" } }
    };
    layout(&format!("Hello, {}", customer.name), &body)
}

fn badge(status: Status) -> Markup {
    let name = format!("{status:?}");
    html! { span class={ "badge " (name) } { (name) } }
}

fn order_list(rows: &[OrderRow]) -> Markup {
    html! {
        ul.cards {
            @for row in rows {
                li { a href={ "/orders/" (row.id) } { "Order of " (time(row.placed_at)) } span.price { (money(row.total)) } (badge(row.status)) }
            }
            @if rows.is_empty() { li { "None." } }
        }
    }
}

pub(crate) fn orders_of(customer: &Customer, rows: &[OrderRow]) -> Markup {
    let back = html! { p { a href={ "/customers/" (customer.id()) } { "Back to the shop" } } };
    layout(&format!("Orders of {}", customer.name), &html! { (order_list(rows)) (back) })
}

pub(crate) fn order(order: &Order, paid: u64, history: &[Recorded<OrderEvent>]) -> Markup {
    let body = html! {
        p { (badge(order.status)) " " a href={ "/customers/" (order.customer) "/orders" } { "All orders of the customer" } }
        ul.cards {
            @for line in &order.lines { li { strong { (line.pieces) " × " (line.name) } span.price { (money(line.total())) } } }
        }
        p { "Total " strong { (money(order.total)) } ", paid " (money(paid)) }
        @if order.status == Status::Placed { p { "To be paid by " (time(order.pay_by)) " as " code { (order.id()) } } }
        @if order.status == Status::Released {
            form action={ "/orders/" (order.id()) "/shipment" } method="post" { button { "It is shipped" } }
        }
        h2 { "What happened" }
        p { a href={ "/orders/" (order.id()) "/trace" } { "What led to it" } }
        ul.cards {
            @for Recorded { event, metadata, recorded_at, .. } in history {
                li {
                    strong { (event.kind().name()) }
                    span.note { (metadata.actor().unwrap_or("the shop")) }
                    (time(Timestamp::try_from(*recorded_at).unwrap_or_default()))
                }
            }
        }
    };
    layout("Order", &body)
}

pub(crate) fn orders(status: Status, rows: &[OrderRow]) -> Markup {
    let name = |status| format!("{status:?}");
    let body = html! {
        p.tabs {
            @for other in Status::ALL.map(name) {
                a href={ "/admin/orders?status=" (other) } aria-current=[(other == name(status)).then_some("page")] { (other) }
            }
        }
        (order_list(rows))
    };
    layout("Orders", &body)
}

pub(crate) fn revenue(rows: &[DayRow]) -> Markup {
    let body = html! {
        table {
            tr { th { "Day" } th { "Orders" } th { "Revenue" } }
            @for row in rows { tr { td { (row.day) } td { (row.orders) } td { (money(row.revenue)) } } }
        }
    };
    layout("Revenue by day", &body)
}

fn deeds(deeds: &[Deed]) -> Markup {
    html! {
        ul.cards {
            @for deed in deeds {
                li {
                    span { strong { (deed.aggregate) " " (deed.event) } " by " (deed.actor) }
                    span.note { "no. " (deed.position) " at " (time(deed.at)) }
                    code { (deed.id) " " @if !deed.fields.is_null() { (deed.fields) } }
                }
            }
        }
    }
}

pub(crate) fn audit(list: &[Deed], before: u64) -> Markup {
    let body = html! {
        (deeds(list))
        @if before > 1 { p { a href={ "/admin/audit?before=" (before) } { "What was before" } } }
    };
    layout("Who did what", &body)
}

fn tree(steps: &[Step]) -> Markup {
    html! {
        ul.tree {
            @for step in steps { li { (deeds(&step.deeds)) @if step.deeds.is_empty() { "Timers" } (tree(&step.caused)) } }
        }
    }
}

/// What has led to what, each under its cause.
pub(crate) fn trace(order: &Order, steps: &[Step]) -> Markup {
    let back = html! { p { a href={ "/orders/" (order.id()) } { "Back to the order" } } };
    layout("What led to what", &html! { (tree(steps)) (back) })
}
