//! The shop over HTTP, from the first connection to the last.

mod call;
mod handlers;
mod problem;

use std::error::Error;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use eventsourcing::Position;
use eventsourcing::prelude::*;
use eventsourcing::view::Projection;
use serde::Serialize;
use tokio::net::TcpListener;

use self::call::Call;
pub(super) use self::handlers::Deed;
use self::problem::Problem;
use super::Shop;
use super::domain::Refused;

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
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let running = self.shop.run(&self.views)?;
        self.views.caught_up().await?;
        axum::serve(listener, handlers::routes(self)).with_graceful_shutdown(stop).await?;
        running.stop().await;
        Ok(())
    }

    /// Waits until a list shows what was done up to a position: where it is late, it is shown as it is.
    async fn shows<V: Projection>(&self, position: Option<u64>) {
        if let Some(position) = position {
            let _late = self.views.wait_for::<V>(Position::new(position), Duration::from_secs(2)).await;
        }
    }

    /// Runs a command once, however often it is sent with its key, on the version that the caller has seen.
    async fn change<A: Aggregate + Clone + Serialize>(
        &self,
        call: &Call,
        actor: &str,
        (kept, id, place): (&Repository<A>, Id<A>, String),
        mut command: impl FnMut(&mut A) -> Result<(), Refused>,
    ) -> Result<Response, Problem> {
        let checked = |aggregate: &mut A| {
            call.check(aggregate.version())?;
            command(aggregate)?;
            Ok(aggregate.clone())
        };
        let changed = kept.update_with(call.options(actor), id, checked).await?;
        self.done(call, StatusCode::OK, place, &changed).await
    }

    /// Says what was done.
    async fn done<A: Aggregate + Serialize>(
        &self,
        call: &Call,
        code: StatusCode,
        place: String,
        is: &A,
    ) -> Result<Response, Problem> {
        Ok(call.done(code, place, is, self.shop.orders.store().head().await?))
    }
}
