//! Tests: [`Scenario`] and [`history`] for those who write aggregates, [`ViewScenario`] for those who write views, [`TestClock`] for those who write
//! processes, [`contract`] for those who write a store.

pub mod contract;
pub mod history;
mod scenario;
mod test_clock;
mod unfinished;
mod view_scenario;

pub use self::scenario::{Creation, Given, GivenNothing, Scenario, Then, When};
pub use self::test_clock::TestClock;
pub use self::view_scenario::{GivenEvent, ViewGiven, ViewScenario, ViewThen};
