//! The guide, a page for each step; every example on it is compiled and run.
//!
//! 1. [The first aggregate](first_aggregate): a struct, its events, what the macros make of them.
//! 2. [Commands](commands): deciding, and why nothing else can change the state.
//! 3. [Repositories](repositories): saving, loading, updating, looking back.
//! 4. [Several aggregates in one commit](several_aggregates): applications, commit ids, metadata.
//! 5. [Testing](testing): scenarios, and finding state that no event made.
//! 6. [History outlives code](history): versions, upcasters, `events.lock`, rolling deploys, snapshots.
//! 7. [Stores](stores): memory, SQLite, your own.
//! 8. [Errors](errors): what can go wrong, what is true then, what to do.

#[doc = include_str!("guide/first_aggregate.md")]
pub mod first_aggregate {}

#[doc = include_str!("guide/commands.md")]
pub mod commands {}

#[doc = include_str!("guide/repositories.md")]
pub mod repositories {}

#[doc = include_str!("guide/several_aggregates.md")]
pub mod several_aggregates {}

#[doc = include_str!("guide/testing.md")]
pub mod testing {}

#[doc = include_str!("guide/history.md")]
pub mod history {}

#[doc = include_str!("guide/stores.md")]
pub mod stores {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}
