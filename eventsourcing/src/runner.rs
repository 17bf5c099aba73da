//! What keeps views going: [`Views`], a set of them over one store, and [`Running`], the thread that brings them up to date.
// One way: callers use `views`, `drive` reads the log and has each generation of a `registered_view` apply it, `progress` is what the two share.
// What is behind is read by the index of `kinds`, as far as that goes.

mod beside;
mod checkpoint;
mod drive;
mod futures;
mod generation_run;
mod generation_writer;
mod generations;
mod goal;
mod kinds;
mod pause;
mod processes;
mod progress;
mod query;
mod reading;
mod rebuild;
mod registered_view;
mod requests;
mod running;
mod set;
mod settings;
mod settle;
#[cfg(feature = "sqlite")]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod start;
mod status;
mod view_run;
mod views;
mod waiting;

pub use self::query::Rows;
pub use self::running::Running;
#[cfg(feature = "sqlite")]
pub use self::sql::SqlView;
pub use self::status::{ViewState, ViewStatus};
pub use self::views::Views;
