//! Each row of the table of views: a view of ours beside a projector that is written by hand with `rusqlite` alone, of the same events, alternating
//! in one process.
//!
//! `cargo bench --bench views` runs all rows, `cargo bench --bench views -- v1 lag` those whose names begin so. `ROUNDS` sets how often each side
//! takes its turn (5), `SCALE` how much it does in a turn (1.0). `growth` is run only when it is asked for; `GROWTH` is the larger number of events.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench fails by panicking, and its domain is private"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates and settings are small and positive"
)]

mod by_hand;
mod catch_up;
#[path = "../sqlite/disk.rs"]
mod disk;
mod domain;
#[path = "../sqlite/files.rs"]
mod files;
mod growth;
mod live;
mod log;
mod memory;
#[path = "../sqlite/paired.rs"]
mod paired;
mod rebuild;
mod rows;
mod sql;
mod unique;

use paired::Table;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    match &*asked.iter().map(String::as_str).collect::<Vec<_>>() {
        [memory::CATCH_UP, path] => return print!("{}", memory::catch_up(path.as_ref())),
        [catch_up::ONCE, work] => return catch_up::once(work),
        _ => {}
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
    if is_asked("lag") {
        println!("\n{}", live::lag());
    }
    if is_asked("rebuild") {
        println!("\n{}", rebuild::commits_beside());
    }
    if is_asked("memory") {
        println!("\n{}", memory::peak());
    }
    if asked.iter().any(|name| name == "growth") {
        println!("\n{}", growth::growth());
    }
}
