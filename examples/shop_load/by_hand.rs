//! The shop without the framework, as a careful engineer would write it on `rusqlite`: tables of what is so now, and no events. It has the addresses that the
//! load generator asks for, and answers them with the same pages. It knows no idempotency keys, no `If-Match` and no audit, and its answers to changes
//! name no position.

mod change;
mod database;
mod pages;
mod rows;

use std::error::Error;
use std::path::Path as File;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use askama::Template as _;
use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use tokio::net::TcpListener;
use uuid::Uuid;

use self::change::{Offer, Put, Receipt, Registration};
use self::database::Database;
use self::pages::Page;

/// Why a request is not answered as it was meant.
pub(crate) enum Failure {
    NotFound,
    Refused(String),
    Closed,
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "there is none of this id".to_owned()),
            Self::Refused(why) => (StatusCode::CONFLICT, why),
            Self::Closed => (StatusCode::SERVICE_UNAVAILABLE, "try again later".to_owned()),
            Self::Database(error) => {
                eprintln!("{error}");
                (StatusCode::INTERNAL_SERVER_ERROR, "it is written down, and will be looked at".to_owned())
            }
        };
        let problem = json!({ "type": "about:blank", "status": status.as_u16(), "detail": detail });
        (status, [(CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
    }
}

type App = State<Arc<Database>>;
type Answer = Result<Response, Failure>;

pub(super) async fn run(file: &File, listener: TcpListener) -> Result<(), Box<dyn Error + Send + Sync>> {
    let database = Database::open(file).map(Arc::new)?;
    tokio::spawn(cancel_overdue(Arc::clone(&database)));
    let routes = Router::new()
        .route("/products", get(products).post(offer))
        .route("/customers", post(register))
        .route("/customers/{id}/cart", post(put))
        .route("/customers/{id}/orders", get(orders_of).post(place))
        .route("/orders/{id}", get(order))
        .route("/orders/{id}/shipment", post(ship))
        .route("/payments", post(pay))
        .with_state(database);
    Ok(axum::serve(listener, routes).await?)
}

async fn cancel_overdue(database: Arc<Database>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Err(failure) = database.write(|tables| change::cancel_overdue(tables)).await {
            drop(failure.into_response());
        }
    }
}

fn answer(headers: &HeaderMap, json: &impl Serialize, page: Page<'_>) -> Response {
    let wants_page = headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    if !wants_page {
        return Json(json).into_response();
    }
    page.render().map_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response(), |page| Html(page).into_response())
}

async fn products(app: App, headers: HeaderMap) -> Answer {
    let products = app.read(rows::products)?;
    Ok(answer(&headers, &products, Page::Products { products: &products }))
}

async fn offer(app: App, Json(sent): Json<Offer>) -> Answer {
    let product = app.write(|tables| change::offer(tables, sent)).await?;
    Ok((StatusCode::CREATED, Json(product)).into_response())
}

async fn register(app: App, Json(sent): Json<Registration>) -> Answer {
    let customer = app.write(|tables| change::register(tables, sent)).await?;
    Ok((StatusCode::CREATED, Json(customer)).into_response())
}

async fn put(app: App, Path(customer): Path<Uuid>, Json(sent): Json<Put>) -> Answer {
    let cart = app.write(move |tables| {
        change::put(tables, customer, &sent)?;
        rows::cart(tables, customer)
    });
    Ok(Json(cart.await?).into_response())
}

async fn orders_of(app: App, headers: HeaderMap, Path(customer): Path<Uuid>) -> Answer {
    let orders = app.read(|tables| rows::orders_of(tables, customer))?;
    Ok(answer(&headers, &orders, Page::OrdersOf { customer, orders: &orders }))
}

async fn place(app: App, Path(customer): Path<Uuid>) -> Answer {
    let pay_by = SystemTime::now() + Duration::from_secs(14 * 24 * 60 * 60);
    let pay_by = Timestamp::try_from(pay_by).unwrap_or_default();
    let order = app.write(move |tables| change::place(tables, customer, pay_by)).await?;
    let headers = [(LOCATION, format!("/orders/{}", order.id)), (ETAG, format!("\"{}\"", order.version))];
    Ok((StatusCode::CREATED, headers, Json(order)).into_response())
}

async fn order(app: App, headers: HeaderMap, Path(id): Path<Uuid>) -> Answer {
    let order = app.read(|tables| rows::order(tables, id))?;
    let shown = answer(&headers, &order, Page::Order { id, order: &order, paid: order.paid });
    Ok(([(ETAG, format!("\"{}\"", order.version))], shown).into_response())
}

async fn ship(app: App, Path(id): Path<Uuid>) -> Answer {
    Ok(Json(app.write(move |tables| change::ship(tables, id)).await?).into_response())
}

async fn pay(app: App, Json(sent): Json<Receipt>) -> Answer {
    app.write(move |tables| change::pay(tables, &sent)).await?;
    Ok(StatusCode::CREATED.into_response())
}
