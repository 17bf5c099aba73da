//! Processes, written by hand: each reaction is one commit, once, whatever fails.

mod bank;
mod once;
mod parked;
mod shop;
mod timers;
