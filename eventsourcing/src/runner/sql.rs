//! Views in SQL, as a runner and their readers have them.

mod diff;
mod of_sql;
mod view;

pub(super) use self::of_sql::OfSql;
pub use self::view::SqlView;
