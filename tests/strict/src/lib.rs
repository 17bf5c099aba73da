//! Everything that the macros write, under the strictest lints that a user may have. There is nothing to run: that it compiles, under
//! clippy too, is the test.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_lifetimes,
    unused_results,
    single_use_lifetimes,
    trivial_casts,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    rust_2024_compatibility,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::absolute_paths,
    clippy::exhaustive_enums,
    clippy::shadow_reuse,
    clippy::missing_inline_in_public_items
)]
#![forbid(unsafe_code)]
#![allow(clippy::exhaustive_structs, reason = "an application is what it is")]

mod account;
mod balance;
mod door;
mod ledger;
mod parcel;
mod payment;
mod shelf;

pub use account::{Account, AccountEvent, Bank, Other, Overdrawn};
pub use balance::{Balance, Colours, Owner, Status};
pub use door::{Door, DoorEvent};
pub use ledger::Ledger;
pub use parcel::{Address, BoxEvent, Country, Parcel, ParcelEvent};
pub use payment::{Count, CountEvent, Fee, FeeEvent};
pub use shelf::{Shelf, ShelfEvent};
