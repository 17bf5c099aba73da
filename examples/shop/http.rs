//! The shop over HTTP, from the first connection to the last.

mod audit;
mod call;
mod handlers;
mod problem;

use std::error::Error;
use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::view::Projection;
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::time::sleep;

pub(super) use self::audit::{Deed, Step};
use super::Shop;

/// What all handlers have.
pub(crate) struct Server {
    pub(crate) shop: Shop,
    pub(crate) views: Views,
    /// How long an order waits for its payment.
    pub(crate) payment_within: SignedDuration,
}

impl Server {
    /// Answers requests until it is to stop: then those that came before are answered, for at most so long, and the views and the process end after the last.
    pub(crate) async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
        within: Duration,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let running = self.shop.run(&self.views)?;
        self.views.caught_up().await?;
        let stop = stop.shared();
        let bound = stop.clone().then(|()| sleep(within));
        tokio::select! {
            served = axum::serve(listener, handlers::routes(self)).with_graceful_shutdown(stop) => served?,
            () = bound => eprintln!("requests that are not answered yet are given up"),
        }
        running.stop().await;
        Ok(())
    }

    /// Waits until a list shows what was done up to a position: where it is late, it is shown as it is.
    async fn shows<V: Projection>(&self, position: Option<Position>) {
        if let Some(position) = position {
            let _late = self.views.wait_for::<V>(position, Duration::from_secs(2)).await;
        }
    }
}
