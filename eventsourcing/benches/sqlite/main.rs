//! Each row of the performance table: this store beside what a careful engineer writes by hand, alternating in one process.
//!
//! `cargo bench --bench sqlite` runs all rows, `cargo bench --bench sqlite -- w1 w3` those whose names begin so. `ROUNDS` sets how often
//! each side takes its turn (5), `SCALE` how much it does in a turn (1.0).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench fails by panicking")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates and settings are small and positive"
)]

mod account;
mod by_hand;
mod commits;
mod disk;
mod domain;
mod files;
mod grouped;
mod growth;
mod hot;
mod loads;
mod many;
mod memory;
mod ours;
mod paired;
mod rows;
mod sides;

use paired::Table;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if let [memory::READ, path] = &*asked.iter().map(String::as_str).collect::<Vec<_>>() {
        return print!("{}", memory::read(path.as_ref()));
    }
    if let [hot::UPDATE, path, id, times] = &*asked.iter().map(String::as_str).collect::<Vec<_>>() {
        return println!("{}", hot::update(path.as_ref(), id.parse().unwrap(), times.parse().unwrap()));
    }
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|prefix| name.starts_with(prefix.as_str()));
    println!("{}", disk::conditions());
    let mut table = Table::new();
    for row in rows::ROWS {
        if is_asked(row.name) {
            table.add(row);
        }
    }
    println!("\n{table}");
    println!("{}", disk::conditions());
    if is_asked("w7 runs") {
        println!("\n{}", hot::report());
    }
    if is_asked("bytes") {
        println!("\n{}", memory::bytes());
    }
    if is_asked("memory") {
        println!("\n{}", memory::peak());
    }
    if is_asked("growth") {
        println!("\n{}", growth::growth());
    }
    if is_asked("latency") {
        println!("\n{}", many::latencies());
    }
}
