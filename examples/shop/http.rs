//! The shop over HTTP, from the first connection to the last.

mod call;
mod handlers;
mod problem;

use std::error::Error;
use std::time::Duration;

use eventsourcing::prelude::*;
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::time::sleep;

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
        let stop = stop.shared();
        tokio::select! { caught_up = self.views.caught_up() => caught_up?, () = stop.clone() => {} }
        println!("the shop is open at http://{}", listener.local_addr()?);
        let bound = stop.clone().then(|()| sleep(within));
        tokio::select! {
            served = axum::serve(listener, handlers::routes(self)).with_graceful_shutdown(stop) => served?,
            () = bound => eprintln!("requests that are not answered yet are given up"),
        }
        running.stop().await;
        Ok(())
    }
}
