//! Tests: [`Scenario`] for those who write an aggregate, [`contract`] for those who write a store.

pub mod contract;
mod scenario;

pub use self::scenario::{Creation, Given, GivenNothing, Scenario, Then, When};
