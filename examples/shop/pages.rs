//! The pages: without a script, and readable on a phone. Each is a function of what it shows.

use eventsourcing::Recorded;
use eventsourcing::prelude::*;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use super::domain::{Cart, Customer, Line, Order, OrderEvent, Product, Status};
use super::http::Deed;
use super::views::{DayRow, OrderRow, ProductRow};

const STYLE: &str = include_str!("style.css");

fn layout(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Shop" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                nav {
                    a href="/" { "Shop" }
                    a href="/products" { "Products" }
                    a href="/admin/orders" { "Orders" }
                    a href="/admin/revenue" { "Revenue" }
                    a href="/admin/audit" { "Audit" }
                }
                main { h1 { (title) } (body) }
            }
        }
    }
}

/// Cents as people write them.
fn money(cents: u64) -> String {
    format!("€ {}.{:02}", cents / 100, cents % 100)
}

fn time(time: Timestamp) -> Markup {
    html! { time datetime=(time) { (time.strftime("%F %R")) } }
}

pub(crate) fn problem(title: &str, detail: &str) -> Markup {
    layout(title, &html! { p.problem role="alert" { (detail) "." } })
}

pub(crate) fn front(products: &[ProductRow]) -> Markup {
    let body = html! {
        section {
            h2 { "Who are you?" }
            form action="/customers" method="get" {
                label { "E-mail" input type="email" name="email" required; }
                button { "Sign in" }
            }
            form action="/customers" method="post" {
                label { "Name" input name="name" required maxlength="200"; }
                label { "E-mail" input type="email" name="email" required; }
                button { "Register" }
            }
        }
        section { h2 { "What there is" } (list(products, |row| html! { (stock(row.stock)) })) }
    };
    layout("Welcome", &body)
}

fn list(products: &[ProductRow], beside: impl Fn(&ProductRow) -> Markup) -> Markup {
    html! {
        ul.cards {
            @for row in products {
                li { strong { (row.name) } span.price { (money(row.price.into())) } (beside(row)) }
            }
            @if products.is_empty() { li { "Nothing yet." } }
        }
    }
}

fn stock(pieces: u32) -> Markup {
    html! { span.note { @if pieces == 0 { "out of stock" } @else { (pieces) " in stock" } } }
}

/// All products, and the form for one more.
pub(crate) fn products(products: &[ProductRow]) -> Markup {
    let beside = |row: &ProductRow| html! { (stock(row.stock)) a href={ "/products/" (row.id) } { "Change" } };
    let body = html! {
        (list(products, beside))
        section {
            h2 { "Offer a product" }
            form action="/products" method="post" {
                label { "Name" input name="name" required maxlength="200"; }
                label { "Price in cents" input type="number" name="price" min="0" required; }
                label { "Pieces" input type="number" name="stock" min="0" value="0" required; }
                button { "Offer" }
            }
        }
    };
    layout("Products", &body)
}

pub(crate) fn product(product: &Product) -> Markup {
    let place = format!("/products/{}", product.id());
    let body = html! {
        p { span.price { (money(product.price.into())) } " " (stock(product.stock)) }
        form action={ (place) "/price" } method="post" {
            label { "Price in cents" input type="number" name="price" min="0" value=(product.price) required; }
            button { "Set the price" }
        }
        form action={ (place) "/stock" } method="post" {
            label { "Pieces" input type="number" name="pieces" min="1" value="1" required; }
            button { "Add to the stock" }
        }
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
            (stock(row.stock))
            form.inline action={ (place) "/cart" } method="post" {
                input type="hidden" name="product" value=(row.id);
                label { "In the cart" input type="number" name="pieces" min="0" value=(in_cart(row)); }
                button { "Put" }
            }
        }
    };
    let body = html! {
        p { "Signed in as " (customer.email) ". " a href={ (place) "/orders" } { "Your orders" } }
        (list(products, beside))
        section.total {
            p { (cart.pieces.len()) " products in the cart: " strong { (money(total)) } }
            form action={ (place) "/orders" } method="post" { button disabled[cart.pieces.is_empty()] { "Order now" } }
        }
    };
    layout(&format!("Hello, {}", customer.name), &body)
}

pub(crate) fn orders_of(customer: &Customer, rows: &[OrderRow]) -> Markup {
    let back = html! { p { a href={ "/customers/" (customer.id()) } { "Back to the shop" } } };
    layout(&format!("Orders of {}", customer.name), &html! { (order_list(rows)) (back) })
}

fn order_list(rows: &[OrderRow]) -> Markup {
    html! {
        ul.cards {
            @for row in rows {
                li {
                    a href={ "/orders/" (row.id) } { "Order of " (time(row.placed_at)) }
                    span.price { (money(row.total)) }
                    (badge(row.status))
                }
            }
            @if rows.is_empty() { li { "None." } }
        }
    }
}

fn badge(status: Status) -> Markup {
    let name = format!("{status:?}");
    html! { span class={ "badge " (name) } { (name) } }
}

pub(crate) fn order(order: &Order, paid: u64, history: &[Recorded<OrderEvent>]) -> Markup {
    let body = html! {
        p { (badge(order.status)) " " a href={ "/customers/" (order.customer) "/orders" } { "All orders of the customer" } }
        ul.cards { @for line in &order.lines { (one_line(line)) } }
        p.total { "Total " strong { (money(order.total())) } ", paid " (money(paid)) }
        @if order.status == Status::Placed { p { "To be paid by " (time(order.pay_by)) ", with the order's number: " code { (order.id()) } } }
        @if order.status == Status::Released {
            form action={ "/orders/" (order.id()) "/shipment" } method="post" { button { "It is shipped" } }
        }
        h2 { "What happened" }
        ul.cards {
            @for recorded in history {
                li {
                    strong { (recorded.event.kind().name()) }
                    span { (recorded.metadata.actor().unwrap_or("the shop")) }
                    (time(Timestamp::try_from(recorded.recorded_at).unwrap_or_default()))
                }
            }
        }
    };
    layout("Order", &body)
}

fn one_line(line: &Line) -> Markup {
    let sum = u64::from(line.price) * u64::from(line.pieces);
    html! { li { strong { (line.pieces) " × " (line.name) } span.price { (money(sum)) } } }
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

pub(crate) fn audit(deeds: &[Deed], before: u64) -> Markup {
    let body = html! {
        ul.cards { @for deed in deeds { li { strong { (deed.actor) } (time(deed.at)) code { (deed.event) } } } }
        @if before > 1 { p { a href={ "/admin/audit?before=" (before) } { "What was before" } } }
    };
    layout("Who did what", &body)
}
