//! Processes: each reaction is one commit, once, whatever fails. Those of the shop are written by hand.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod bank;
mod checkpoints;
mod faults;
mod odd;
mod once;
mod others;
mod overdue;
mod overtaken;
mod parked;
mod recurring;
mod releases;
mod runtime;
mod settled;
mod shop;
mod start;
mod stop;
mod timers;
mod trace;
mod unattended;
mod waits;
mod window;
mod workers;
