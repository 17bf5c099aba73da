//! Subscriptions: each event is delivered at least once, in order, to one reader at a time, whatever happens to it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod acknowledging;
mod cancelling;
mod delivering;
mod domain;
mod faults;
mod files;
mod histories;
mod keys;
mod leases;
mod model;
mod processes;
mod starting;
mod unreadable;
