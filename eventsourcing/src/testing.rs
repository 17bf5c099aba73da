//! Tests: [`Scenario`] and [`history`] for those who write aggregates, [`contract`] for those who write a store.

pub mod contract;
pub mod history;
mod scenario;

pub use self::scenario::{Creation, Given, GivenNothing, Scenario, Then, When};
