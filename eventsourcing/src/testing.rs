//! Tests: [`Scenario`] and [`history`] for those who write aggregates, [`ViewScenario`] and `SqlViewScenario` for those who write views, [`ProcessScenario`] and [`TestClock`] for
//! those who write processes, [`contract`] for those who write a store.

pub mod contract;
mod given_event;
pub mod history;
mod process_scenario;
mod scenario;
mod test_clock;
mod unfinished;
mod view_scenario;

pub use self::given_event::GivenEvent;
pub use self::process_scenario::{ProcessGiven, ProcessScenario, ProcessThen, ProcessWhen};
pub use self::scenario::{Creation, Given, GivenNothing, Scenario, Then, When};
pub use self::test_clock::{ClockedStore, TestClock};
#[cfg(feature = "sqlite")]
pub use self::view_scenario::{QueryRow, SqlViewGiven, SqlViewScenario, SqlViewThen};
pub use self::view_scenario::{ViewGiven, ViewScenario, ViewThen};
