//! The store's own bench, run by other crates that keep events in SQLite, alternating in one process.
//!
//! `cargo run --release --manifest-path eventsourcing/benches/peers/Cargo.toml` runs all rows, with ` -- w1 w3` those whose names begin so.
//! `ROUNDS` sets how often each side takes its turn (5), `SCALE` how much it does in a turn (1.0).

mod accounts;
mod alone;
#[expect(dead_code, reason = "shared with the store's own bench, which also groups commits")]
#[path = "../../sqlite/by_hand.rs"]
mod by_hand;
mod commits;
mod cqrs_es_side;
#[path = "../../sqlite/disk.rs"]
mod disk;
#[path = "../../sqlite/domain.rs"]
mod domain;
mod evento_side;
mod loads;
mod many;
#[path = "../../sqlite/paired.rs"]
mod paired;
mod rows;

use paired::Table;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    println!("{}", disk::conditions());
    let mut table = Table::new();
    for row in rows::ROWS {
        if asked.is_empty() || asked.iter().any(|prefix| row.name.starts_with(prefix.as_str())) {
            table.add(row);
        }
    }
    println!("\n{table}");
    println!("{}", disk::conditions());
}
