//! The guide, a page for each step; every example on it is compiled and run. The [tutorial] goes through all of it once.
//!
//! 1. [The first aggregate](first_aggregate): a struct, its events, what the macros make of them.
//! 2. [Commands](commands): deciding, and why nothing else can change the state.
//! 3. [Repositories](repositories): saving, loading, updating, looking back.
//! 4. [Several aggregates in one commit](several_aggregates): applications, commit ids, metadata, the log of all of them.
//! 5. [Unique values](unique_values): a field that no two aggregates have the same value in, and finding by it.
//! 6. [Time, ids and outside services](outside): what a command needs that is not in its aggregate.
//! 7. [Views](views): rows that are made of events: handlers, keys, running, waiting, asking.
//! 8. [Views in SQL](sql_views): several tables, what a handler may do, when one fails.
//! 9. [Rebuilding views](rebuilding): versions, comparing before a swap, going back, deploying.
//! 10. [When a view fails](failures): what is parked, what stops, what is tried again, and what to watch.
//! 11. [Subscriptions](subscriptions): doing something about each event, also after a crash.
//! 12. [Processes](processes): reacting to events and to time, each reaction as one commit.
//! 13. [Testing](testing): scenarios, several aggregates, views, processes, and finding state that no event made.
//! 14. [History outlives code](history): versions, upcasters, `events.lock`, rolling deploys, snapshots.
//! 15. [Stores](stores): memory, SQLite, your own.
//! 16. [Errors](errors): what can go wrong, what is true then, what to do.
//! 17. [A web application](web): where what lives in one: rules, handlers, views, processes, requests that come twice, audit, stopping.

/// A page, which is always there to be read; its examples run where they have the features that they use.
macro_rules! page {
    ($page:ident, $file:literal) => {
        #[cfg_attr(
                                    any(not(doctest), all(feature = "derive", feature = "sqlite", feature = "testing")),
                                    doc = include_str!($file)
                                )]
        pub mod $page {}
    };
}

// Its code is that of `examples/library`: `examples/tests/library.rs` compares them. No part of it compiles alone.
#[cfg_attr(not(doctest), doc = include_str!("guide/tutorial.md"))]
pub mod tutorial {}

// Its code is that of `examples/shop`: `examples/tests/shop/guide.rs` compares them.
#[cfg_attr(not(doctest), doc = include_str!("guide/web.md"))]
pub mod web {}

page!(first_aggregate, "guide/first_aggregate.md");
page!(commands, "guide/commands.md");
page!(repositories, "guide/repositories.md");
page!(several_aggregates, "guide/several_aggregates.md");
page!(unique_values, "guide/unique_values.md");
page!(outside, "guide/outside.md");
page!(views, "guide/views.md");
page!(sql_views, "guide/sql_views.md");
page!(rebuilding, "guide/rebuilding.md");
page!(failures, "guide/failures.md");
page!(subscriptions, "guide/subscriptions.md");
page!(processes, "guide/processes.md");
page!(testing, "guide/testing.md");
page!(history, "guide/history.md");
page!(stores, "guide/stores.md");
page!(errors, "guide/errors.md");
