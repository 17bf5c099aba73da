//! How fast the shop is beside the same shop written by hand ([`by_hand`]), over HTTP: each is a program of its own, with an empty folder of its own, and
//! they take turns. In each turn so many connections that stay open send one request after the other.

mod by_hand;
#[path = "load/connection.rs"]
mod connection;
#[path = "load/measured.rs"]
mod measured;
#[path = "load/side.rs"]
mod side;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tokio::net::TcpListener;

use self::connection::Failed;
use self::measured::{Table, Work};
use self::side::Side;

/// The commands of the load generator.
#[derive(Subcommand)]
pub(crate) enum Load {
    /// Measures the shop beside one that is written by hand.
    Load(Extent),
    /// Opens the one that is written by hand.
    #[command(hide = true)]
    ServeByHand {
        #[arg(long)]
        db: PathBuf,
        #[arg(long)]
        port: u16,
    },
}

impl Load {
    pub(crate) async fn run(self) -> Result<(), Failed> {
        match self {
            Self::Load(extent) => measure(extent).await,
            Self::ServeByHand { db, port } => {
                let listener = TcpListener::bind(("127.0.0.1", port)).await?;
                println!("the shop is open at http://{}", listener.local_addr()?);
                by_hand::run(&db, listener).await
            }
        }
    }
}

/// What is measured, and how much of it.
#[derive(Args, Clone)]
pub(crate) struct Extent {
    /// How often the sides take turns.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// The requests of a turn that read.
    #[arg(long, default_value_t = 20_000)]
    reads: usize,
    /// How many customers there are. In a turn that orders, each orders once.
    #[arg(long, default_value_t = 4_000)]
    customers: usize,
    /// How many products there are. An order is of three of them; the list shows 100.
    #[arg(long, default_value_t = 1_000)]
    products: usize,
    /// What is measured; all of it unless some is named.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Work::ALL)]
    only: Vec<Work>,
}

async fn measure(load: Extent) -> Result<(), Failed> {
    let mut sides = [Side::start("by hand", "serve-by-hand", &load).await?, Side::start("ours", "serve", &load).await?];
    for side in &mut sides {
        side.fill().await?;
    }
    let mut table = Table::default();
    for round in 0..load.rounds {
        for &work in &load.only {
            // Each is first in half of the rounds.
            sides.rotate_left(round % 2);
            for side in &mut sides {
                let turn = side.turn(work).await?;
                table.add(work, side.name, turn);
            }
            sides.rotate_right(round % 2);
        }
        eprintln!("{} of {} rounds", round + 1, load.rounds);
    }
    println!("{table}");
    Ok(())
}
