//! A web shop on axum: products, customers, carts, orders and payments, as pages and as JSON.
//!
//! `cargo run --example shop -- serve --db shop.db --port 8080 --payment-within 336h` keeps it in `shop.db`, and what is read in `shop.views` beside it.
//! `cargo run --release --example shop -- load` measures it.

#[path = "../shop_load/load.rs"]
mod load;
// So that the tests have it in the same way.
#[path = "shop.rs"]
mod shop;

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use eventsourcing::prelude::*;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

use crate::load::Load;
use crate::shop::{Server, Shop};

#[derive(Parser)]
enum Command {
    /// Opens the shop.
    Serve {
        /// The file that keeps what happened.
        #[arg(long, default_value = "shop.db")]
        db: PathBuf,
        /// 0 takes one that is free.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// How long an order waits for its payment, such as `336h`.
        #[arg(long, default_value = "336h")]
        payment_within: SignedDuration,
        /// How long requests may take that are not answered when the shop is told to stop.
        #[arg(long, default_value = "10s")]
        stop_within: SignedDuration,
    },
    #[command(flatten)]
    Load(Load),
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    match Command::parse() {
        Command::Serve { db, port, payment_within, stop_within } => {
            let store = SqliteStore::open(&db)?;
            let views = shop::views(&db.with_extension("views"))?;
            let server = Server { shop: Shop::new(store.clone()), views, payment_within };
            let listener = TcpListener::bind(("127.0.0.1", port)).await?;
            server.run(listener, stop()?, stop_within.unsigned_abs()).await?;
            store.close()?;
            println!("the shop is closed");
        }
        Command::Load(load) => load.run().await?,
    }
    Ok(())
}

/// Is ready when this program is told to stop.
fn stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = ctrl_c() => {}
        }
    })
}
