//! Which address does what: each handler is what is asked of the rules or the views, and how that is shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use eventsourcing::Error;
use eventsourcing::prelude::*;
use eventsourcing::process::InstanceOf as _;
use jiff::Timestamp;
use serde::Deserialize;

use super::Server;
use super::call::{Answer, Call};
use super::problem::{Problem, details};
use crate::shop::domain::{Customer, Email, Name, Order, Payment, Product, Status};
use crate::shop::pages::Page;
use crate::shop::views::ProductRow;

pub(super) fn routes(server: Server) -> Router {
    let document = ([(CONTENT_TYPE, "application/json")], include_str!("openapi.json"));
    Router::new()
        .route("/", get(Redirect::to("/products")))
        .route("/products", get(products).post(offer))
        .route("/products/{id}", get(product))
        .route("/products/{id}/price", post(reprice))
        .route("/products/{id}/stock", post(restock))
        .route("/customers", get(find_customer).post(register))
        .route("/customers/{id}", get(customer))
        .route("/customers/{id}/cart", post(put))
        .route("/customers/{id}/orders", get(orders_of).post(place))
        .route("/orders/{id}", get(order))
        .route("/orders/{id}/shipment", post(ship))
        .route("/orders/{id}/trace", get(trace))
        .route("/payments", post(pay))
        .route("/admin/orders", get(orders))
        .route("/admin/revenue", get(revenue))
        .route("/admin/audit", get(audit))
        .route("/openapi.json", get(document))
        .fallback(StatusCode::NOT_FOUND)
        .layer(from_fn(details))
        .with_state(Arc::new(server))
}

async fn products(call: Call) -> Answer {
    let rows = call.rows("TRUE ORDER BY id LIMIT 100", ()).await?;
    call.list(&rows, Page::Products { products: &rows })
}

async fn product(Path(id): Path<Id<Product>>, call: Call) -> Answer {
    let product = call.app.shop.products.get(id).await?;
    call.show(&product, Page::Product { product: &product })
}

#[derive(Deserialize)]
struct Offer {
    name: Name,
    price: u32,
    stock: u32,
}

async fn offer(call: Call) -> Answer {
    let Offer { name, price, stock } = call.sent()?;
    let mut product = Product::offer(call.id(), name, price, stock);
    call.app.shop.products.save_with(call.options(), &mut product).await?;
    call.done(StatusCode::CREATED, &format!("/products/{}", product.id()), &product).await
}

#[derive(Deserialize)]
struct Price {
    price: u32,
}

async fn reprice(Path(id): Path<Id<Product>>, call: Call) -> Answer {
    let Price { price } = call.sent()?;
    call.change(&call.app.shop.products, id, |product| product.reprice(price)).await
}

#[derive(Deserialize)]
struct Stock {
    pieces: u32,
}

async fn restock(Path(id): Path<Id<Product>>, call: Call) -> Answer {
    let Stock { pieces } = call.sent()?;
    call.change(&call.app.shop.products, id, |product| product.restock(pieces)).await
}

async fn find_customer(call: Call) -> Answer {
    let email =
        call.asked.email.clone().ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "of which e-mail address?"))?;
    let found = call.app.shop.customers.find_by(Customer::EMAIL, email).await?;
    let customer = found.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "nobody has this e-mail address"))?;
    Ok(Redirect::to(&format!("/customers/{}", customer.id())).into_response())
}

#[derive(Deserialize)]
struct Registration {
    name: Name,
    email: Email,
}

async fn register(call: Call) -> Answer {
    let Registration { name, email } = call.sent()?;
    let mut customer = Customer::register(call.id(), name, email);
    call.app.shop.customers.save_with(call.options(), &mut customer).await?;
    call.done(StatusCode::CREATED, &format!("/customers/{}", customer.id()), &customer).await
}

/// Who knows the id of a customer is taken for that customer: a shop of one's own looks for a session here.
async fn customer(Path(id): Path<Id<Customer>>, call: Call) -> Answer {
    let rows: Vec<ProductRow> = call.rows("TRUE ORDER BY id LIMIT 100", ()).await?;
    let customer = call.app.shop.customers.get(id).await?;
    let total = rows.iter().map(|row| u64::from(row.price) * u64::from(customer.pieces_of(&row.id))).sum();
    call.show(&customer, Page::Customer { customer: &customer, products: &rows, total })
}

#[derive(Deserialize)]
struct Put {
    product: Id<Product>,
    pieces: u16,
}

/// Has so many pieces of a product in the cart.
async fn put(Path(id): Path<Id<Customer>>, call: Call) -> Answer {
    let Put { product, pieces } = call.sent()?;
    call.app.shop.products.get(product).await?;
    call.change(&call.app.shop.customers, id, |customer| customer.put(product, pieces)).await
}

async fn orders_of(Path(id): Path<Id<Customer>>, call: Call) -> Answer {
    let rows = call.rows("customer = ?1 ORDER BY id DESC LIMIT 100", [id]).await?;
    call.list(&rows, Page::OrdersOf { customer: id, orders: &rows })
}

/// Orders what is in the cart.
async fn place(Path(customer): Path<Id<Customer>>, call: Call) -> Answer {
    let (shop, id, options) = (&call.app.shop, call.id(), call.options());
    let pay_by = Timestamp::now().checked_add(call.app.payment_within).map_err(Error::rejected)?;
    let placed = shop.retry(|| async {
        let mut customer = shop.customers.get(customer).await?;
        call.check(customer.version()).map_err(Error::rejected)?;
        let mut products = shop.products.get_many(customer.cart.keys().copied()).await?;
        let mut order = Order::place(id, &mut customer, &mut products, pay_by).map_err(Error::rejected)?;
        shop.commit_with(options.clone(), (&mut products, &mut customer, &mut order)).await?;
        Ok::<_, Error>(order)
    });
    let order = match placed.await {
        // It was placed before, and the cart is empty since.
        Err(_) if shop.find_commit(options).await?.is_some() => shop.orders.get_at(id, 1).await?,
        placed => placed?,
    };
    call.done(StatusCode::CREATED, &format!("/orders/{id}"), &order).await
}

async fn order(Path(id): Path<Id<Order>>, call: Call) -> Answer {
    let (order, history) = (call.app.shop.orders.get(id).await?, call.app.shop.orders.history(id).await?);
    // The process begins soon after the order.
    let paid = call.app.shop.settlements.find(id.instance()).await?.map_or(0, |settlement| settlement.paid);
    call.show(&order, Page::Order { id, order: &order, paid, history: &history })
}

async fn ship(Path(id): Path<Id<Order>>, call: Call) -> Answer {
    call.change(&call.app.shop.orders, id, Order::ship).await
}

/// What each request that has changed an order has led to. Each is looked for in the whole log, so this is not for customers.
async fn trace(Path(id): Path<Id<Order>>, call: Call) -> Answer {
    let (mut traces, shop) = (Vec::new(), &call.app.shop);
    shop.orders.get(id).await?;
    let history = shop.orders.history(id).await?;
    for request in history.iter().filter_map(|event| event.metadata.correlation_id()).collect::<BTreeSet<_>>() {
        traces.push(shop.trace(request).await?);
    }
    call.list(&traces, Page::Trace { id, traces: &traces })
}

/// A payment, as the payment provider reports it.
#[derive(Deserialize)]
struct Receipt {
    reference: Name,
    order: Id<Order>,
    cents: u32,
}

/// Keeps a payment, once for each reference; what follows is done by the process. The order is answered as it is before that.
async fn pay(call: Call) -> Answer {
    let Receipt { reference, order, cents } = call.sent()?;
    let paid = call.app.shop.orders.get(order).await?;
    let reference = format!("payment {reference}");
    let once = call.options().id(CommitId::named(&reference)).fingerprint(format!("{cents} for {order}"));
    call.app.shop.payments.save_with(once, &mut Payment::receive(&reference, order, cents)).await?;
    call.done(StatusCode::CREATED, &format!("/orders/{order}"), &paid).await
}

async fn orders(call: Call) -> Answer {
    let status = call.asked.status.unwrap_or(Status::Placed);
    let rows = call.rows("status = ?1 ORDER BY id LIMIT 100", [format!("{status:?}")]).await?;
    call.list(&rows, Page::Orders { status, orders: &rows })
}

async fn revenue(call: Call) -> Answer {
    let rows = call.rows("TRUE ORDER BY day DESC LIMIT 100", ()).await?;
    call.list(&rows, Page::Revenue { days: &rows })
}

/// Who did what, the newest first.
async fn audit(call: Call) -> Answer {
    let deeds = call.app.shop.log().before(call.asked.before.unwrap_or(Position::MAX)).latest(50).await?;
    call.list(&deeds, Page::Audit { deeds: &deeds })
}
