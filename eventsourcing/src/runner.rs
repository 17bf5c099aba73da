//! What keeps views going: [`Views`], a set of them over one store, and [`Running`], the thread that brings them up to date.
// One way: `views` is asked, `drive` reads the log and has each generation of a `kept` view apply it, `progress` is what the two share.
// What is behind is read by the index of `kinds`, as far as that goes.

mod beside;
mod checkpoint;
mod drive;
mod driven;
mod driving;
mod folding;
mod generations;
mod goal;
mod kept;
mod kinds;
mod pause;
mod processes;
mod progress;
mod query;
mod reading;
mod rebuild;
mod requests;
mod running;
mod select;
mod set;
#[cfg(feature = "sqlite")]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod status;
mod views;
mod waiting;

pub use self::query::Rows;
pub use self::running::Running;
#[cfg(feature = "sqlite")]
pub use self::sql::SqlView;
pub use self::status::{ViewState, ViewStatus};
pub use self::views::Views;
