//! The shop over HTTP: which address does what, from the first connection to the last.

mod admin;
mod call;
mod customers;
mod orders;
mod prelude;
mod problem;
mod products;

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use eventsourcing::view::Projection;
use tokio::net::TcpListener;

pub(super) use self::admin::Deed;
use self::prelude::*;

/// What all handlers have.
pub(crate) struct Server {
    pub(crate) shop: Shop,
    pub(crate) views: Views,
    /// How long an order waits for its payment.
    pub(crate) payment_within: Duration,
}

impl Server {
    /// Answers requests until it is to stop: then those that came before are answered, and the views and the process end after the last.
    pub(crate) async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Box<dyn Error>> {
        let running = self.shop.run(&self.views)?;
        self.views.caught_up().await?;
        axum::serve(listener, routes(self)).with_graceful_shutdown(stop).await?;
        running.stop().await;
        Ok(())
    }

    /// Waits until a list shows what the caller has done before, as `?after=` says: where it is late, it is shown as it is.
    async fn shows<V: Projection>(&self, asked: &Asked) {
        if let Some(position) = asked.after {
            let _late = self.views.wait_for::<V>(Position::new(position), Duration::from_secs(2)).await;
        }
    }

    /// Runs a command once, however often it is sent with its key, on the version that the caller has seen.
    async fn change<A: Aggregate + Clone + Serialize>(
        &self,
        (call, actor): (&Call, &str),
        (kept, id, place): (&Repository<A>, Id<A>, String),
        mut command: impl FnMut(&mut A) -> Result<(), Refused>,
    ) -> Answer {
        let checked = |aggregate: &mut A| {
            call.check(aggregate.version())?;
            command(aggregate)?;
            Ok(aggregate.clone())
        };
        let changed = kept.update_with(call.options(actor), id, checked).await?;
        self.done(call, StatusCode::OK, place, &changed).await
    }

    /// Says what was done; a browser goes on to a page that shows it.
    async fn done<A: Aggregate + Serialize>(&self, call: &Call, code: StatusCode, place: String, is: &A) -> Answer {
        let position = self.shop.orders.store().head().await?;
        Ok(call.done(code, &place, is, position))
    }
}

fn routes(server: Server) -> Router {
    let document = ([(CONTENT_TYPE, "application/json")], include_str!("http/openapi.json"));
    Router::new()
        .route("/", get(products::front))
        .route("/products", get(products::list).post(products::offer))
        .route("/products/{id}", get(products::one))
        .route("/products/{id}/price", post(products::reprice))
        .route("/products/{id}/stock", post(products::restock))
        .route("/customers", get(customers::find).post(customers::register))
        .route("/customers/{id}", get(customers::one))
        .route("/customers/{id}/cart", get(customers::cart).post(customers::put))
        .route("/customers/{id}/orders", get(orders::of_customer).post(orders::place))
        .route("/orders/{id}", get(orders::one))
        .route("/orders/{id}/shipment", post(orders::ship))
        .route("/payments", post(orders::pay))
        .route("/admin/orders", get(admin::orders))
        .route("/admin/revenue", get(admin::revenue))
        .route("/admin/audit", get(admin::audit))
        .route("/openapi.json", get(document))
        .fallback(StatusCode::NOT_FOUND)
        .layer(from_fn(problem::details))
        .with_state(Arc::new(server))
}
