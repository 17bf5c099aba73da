//! Which address does what: each handler is what is asked of the rules or the views, and how that is shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use eventsourcing::prelude::*;
use eventsourcing::process::InstanceOf as _;
use eventsourcing::{Error, Position};
use jiff::Timestamp;
use serde::Deserialize;

use super::call::{Answer, Call};
use super::problem::{Problem, details};
use super::{Deed, Server, Step};
use crate::shop::domain::{Cart, Customer, Email, Name, Order, Payment, Product, Status};
use crate::shop::pages;
use crate::shop::views::{DayRow, OrderRow, ProductRow};

type App = State<Arc<Server>>;

pub(super) fn routes(server: Server) -> Router {
    let document = ([(CONTENT_TYPE, "application/json")], include_str!("openapi.json"));
    Router::new()
        .route("/", get(front))
        .route("/products", get(products).post(offer))
        .route("/products/{id}", get(product))
        .route("/products/{id}/price", post(reprice))
        .route("/products/{id}/stock", post(restock))
        .route("/customers", get(find_customer).post(register))
        .route("/customers/{id}", get(customer))
        .route("/customers/{id}/cart", get(cart).post(put))
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

/// What a list is asked for.
#[derive(Deserialize)]
struct Asked {
    /// It is to show what was done up to this position.
    after: Option<u64>,
    /// Only what was done before this one.
    before: Option<u64>,
    status: Option<Status>,
}

impl Server {
    async fn products(&self, after: Option<u64>) -> Result<Vec<ProductRow>, Problem> {
        self.shows::<ProductRow>(after).await;
        Ok(self.views.all().limit(100).await?)
    }
}

async fn front(app: App, call: Call) -> Answer {
    let rows = app.products(None).await?;
    Ok(call.list(&rows, || pages::front(&rows)))
}

async fn products(app: App, asked: Query<Asked>, call: Call) -> Answer {
    let rows = app.products(asked.after).await?;
    Ok(call.list(&rows, || pages::products(&rows)))
}

async fn product(app: App, Path(id): Path<Id<Product>>, call: Call) -> Answer {
    let product = app.shop.products.get(id).await?;
    Ok(call.show(&product, || pages::product(&product)))
}

#[derive(Deserialize)]
struct Offer {
    name: Name,
    price: u32,
    #[serde(default)]
    stock: u32,
}

async fn offer(app: App, call: Call<Offer>) -> Answer {
    let mut product = Product::offer(call.id(), call.sent.name.clone(), call.sent.price);
    if call.sent.stock > 0 {
        product.restock(call.sent.stock).map_err(Error::rejected)?;
    }
    app.shop.products.save_with(call.options("admin"), &mut product).await?;
    app.done(&call, StatusCode::CREATED, format!("/products/{}", product.id()), &product).await
}

#[derive(Deserialize)]
struct Price {
    price: u32,
}

async fn reprice(app: App, Path(id): Path<Id<Product>>, call: Call<Price>) -> Answer {
    let of = (&app.shop.products, id, format!("/products/{id}"));
    let reprice = |product: &mut Product| {
        product.reprice(call.sent.price);
        Ok(())
    };
    app.change(&call, "admin", of, reprice).await
}

#[derive(Deserialize)]
struct Stock {
    pieces: u32,
}

async fn restock(app: App, Path(id): Path<Id<Product>>, call: Call<Stock>) -> Answer {
    let of = (&app.shop.products, id, format!("/products/{id}"));
    app.change(&call, "admin", of, |product| product.restock(call.sent.pieces)).await
}

#[derive(Deserialize)]
struct Find {
    email: Email,
}

async fn find_customer(app: App, Query(Find { email }): Query<Find>) -> Answer {
    let found = app.shop.customers.find_by(Customer::EMAIL, email).await?;
    let customer = found.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "nobody has this e-mail address"))?;
    Ok(Redirect::to(&format!("/customers/{}", customer.id())).into_response())
}

#[derive(Deserialize)]
struct Registration {
    name: Name,
    email: Email,
}

async fn register(app: App, call: Call<Registration>) -> Answer {
    let mut customer = Customer::register(call.id(), call.sent.name.clone(), call.sent.email.clone());
    let (id, mut cart) = (customer.id(), Cart::open(customer.id()));
    app.shop.commit_with(call.options(&format!("customer {id}")), (&mut customer, &mut cart)).await?;
    app.done(&call, StatusCode::CREATED, format!("/customers/{id}"), &customer).await
}

/// Who knows the id of a customer is taken for that customer: a shop of one's own looks for a session here.
async fn customer(app: App, Path(id): Path<Id<Customer>>, asked: Query<Asked>, call: Call) -> Answer {
    let (customer, cart) = (app.shop.customers.get(id).await?, app.shop.carts.get(Cart::of(id)).await?);
    let rows = app.products(asked.after).await?;
    Ok(call.show(&customer, || pages::customer(&customer, &cart, &rows)))
}

async fn cart(app: App, Path(id): Path<Id<Customer>>, call: Call) -> Answer {
    let (customer, cart) = (app.shop.customers.get(id).await?, app.shop.carts.get(Cart::of(id)).await?);
    Ok(call.show(&cart, || pages::customer(&customer, &cart, &[])))
}

#[derive(Deserialize)]
struct Put {
    product: Id<Product>,
    pieces: u32,
}

/// Has so many pieces of a product in the cart.
async fn put(app: App, Path(id): Path<Id<Customer>>, call: Call<Put>) -> Answer {
    let Put { product, pieces } = call.sent;
    app.shop.products.get(product).await?;
    let of = (&app.shop.carts, Cart::of(id), format!("/customers/{id}"));
    app.change(&call, &format!("customer {id}"), of, |cart| cart.put(product, pieces)).await
}

async fn orders_of(app: App, Path(id): Path<Id<Customer>>, asked: Query<Asked>, call: Call) -> Answer {
    let customer = app.shop.customers.get(id).await?;
    app.shows::<OrderRow>(asked.after).await;
    let rows = app.views.query::<OrderRow>("customer = ?1 ORDER BY id DESC LIMIT 100", [id]).await?;
    Ok(call.list(&rows, || pages::orders_of(&customer, &rows)))
}

/// Orders what is in the cart.
async fn place(app: App, Path(customer): Path<Id<Customer>>, call: Call) -> Answer {
    let (shop, id, options) = (&app.shop, call.id(), call.options(&format!("customer {customer}")));
    let pay_by = Timestamp::now().checked_add(app.payment_within).map_err(Error::rejected)?;
    let placed = shop.retry(|| async {
        let mut cart = shop.carts.get(Cart::of(customer)).await?;
        call.check(cart.version())?;
        let mut products = shop.products.get_many(cart.pieces.keys().copied()).await?;
        let mut order = Order::place(id, customer, &mut cart, &mut products, pay_by)?;
        shop.commit_with(options.clone(), (&mut products, &mut cart, &mut order)).await?;
        Ok::<_, Error>(order)
    });
    let order = match placed.await {
        // It was placed before, and the cart is empty since.
        Err(_) if shop.find_commit(options).await?.is_some() => shop.orders.get_at(id, 1).await?,
        placed => placed?,
    };
    app.done(&call, StatusCode::CREATED, format!("/orders/{id}"), &order).await
}

async fn order(app: App, Path(id): Path<Id<Order>>, call: Call) -> Answer {
    let (order, history) = (app.shop.orders.get(id).await?, app.shop.orders.history(id).await?);
    // The process begins soon after the order.
    let paid = app.shop.settlements.find(id.instance()).await?.map_or(0, |settlement| settlement.paid);
    Ok(call.show(&order, || pages::order(&order, paid, &history)))
}

async fn ship(app: App, Path(id): Path<Id<Order>>, call: Call) -> Answer {
    app.change(&call, "admin", (&app.shop.orders, id, format!("/orders/{id}")), Order::ship).await
}

/// What each request that has changed an order has led to. Each is looked for in the whole log, so this is not for customers.
async fn trace(app: App, Path(id): Path<Id<Order>>, call: Call) -> Answer {
    let order = app.shop.orders.get(id).await?;
    let mut steps = Vec::new();
    let history = app.shop.orders.history(id).await?;
    for request in history.iter().filter_map(|event| event.metadata.correlation_id()).collect::<BTreeSet<_>>() {
        steps.extend(app.shop.trace(request).await?.steps.into_iter().map(Step::from));
    }
    Ok(call.list(&steps, || pages::trace(&order, &steps)))
}

/// A payment, as the payment provider reports it.
#[derive(Deserialize)]
struct Receipt {
    reference: Name,
    order: Id<Order>,
    cents: u32,
}

/// Keeps a payment, once for each reference; what follows is done by the process.
async fn pay(app: App, call: Call<Receipt>) -> Answer {
    let Receipt { reference, order, cents } = &call.sent;
    app.shop.orders.get(*order).await?;
    let mut payment = Payment::receive(&reference.to_string(), *order, *cents);
    match app.shop.payments.save_with(call.options("payment provider"), &mut payment).await {
        Err(error) if error.is_conflict() => payment = app.shop.payments.get(payment.id()).await?,
        saved => drop(saved?),
    }
    if (payment.order, payment.cents) != (*order, *cents) {
        return Err(Problem::new(StatusCode::CONFLICT, "the reference is that of another payment"));
    }
    app.done(&call, StatusCode::CREATED, format!("/orders/{order}"), &payment).await
}

async fn orders(app: App, asked: Query<Asked>, call: Call) -> Answer {
    app.shows::<OrderRow>(asked.after).await;
    let status = asked.status.unwrap_or(Status::Placed);
    let rows = app.views.all().by(OrderRow::STATUS, status).limit(100).await?;
    Ok(call.list(&rows, || pages::orders(status, &rows)))
}

async fn revenue(app: App, call: Call) -> Answer {
    let rows = app.views.query::<DayRow>("TRUE ORDER BY day DESC LIMIT 100", ()).await?;
    Ok(call.list(&rows, || pages::revenue(&rows)))
}

/// Who did what, the newest first.
async fn audit(app: App, asked: Query<Asked>, call: Call) -> Answer {
    let end = app.shop.orders.store().head().await?.next();
    let before = asked.before.map_or(end, |before| Position::new(before).min(end));
    let from = before.previous().saturating_sub(50);
    let page = app.shop.log().after(from).page_size(50).next_page().await?;
    let deeds: Vec<Deed> = page.into_iter().filter(|deed| deed.position < before).map(Deed::from).rev().collect();
    Ok(call.list(&deeds, || pages::audit(&deeds, from.next().get())))
}
