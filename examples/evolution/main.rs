//! Four releases of one program on one database file. Each reads all that came before it, and says what the compiler would have said to a
//! careless one.
//!
//! `cargo run --example evolution` runs them on a file that is gone at the end, `cargo run --example evolution -- parcels.db` on one that stays.
//!
//! As one crate with four releases in it, it cannot have an `events.lock`. Each release alone would: after the first, the lock has what stands
//! under `aggregate parcel` in `tests/ui/events.lock`, and the errors below are what the compiler makes of it.

mod release_1;
mod release_2;
mod release_3;
mod release_4;
mod shown;

use std::error::Error;

use eventsourcing::prelude::SqliteStore;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = std::env::args_os().nth(1).map_or_else(|| folder.path().join("parcels.db"), Into::into);

    println!("Release 1: parcels are sent, transferred, noted and inspected.");
    release_1::run(&SqliteStore::open(&path)?)?;

    println!("\nRelease 2: a parcel can be express. A new field has a default, and nothing else is needed.");
    release_2::run(&SqliteStore::open(&path)?)?;
    println!("  Without the default:\n{}", release_2::CARELESS);

    println!("\nRelease 3: grams are 64 bits wide, a transfer is a leaving and an arriving, and a note is a remark.");
    release_3::run(&SqliteStore::open(&path)?)?;
    println!("  Without a version and its upcaster:\n{}", release_3::CARELESS_TYPE);
    println!("  Without an alias, and with the old event just left out:\n{}", release_3::CARELESS_NAMES);

    println!("\nRelease 4: parcels are no longer inspected.");
    release_4::run(&SqliteStore::open(&path)?)?;
    println!("  Without saying that it is retired:\n{}", release_4::CARELESS);
    Ok(())
}
