//! Views in SQL, as a runner and their readers have them.

mod kept;
mod view;

pub(super) use self::kept::KeptSql;
pub use self::view::SqlView;
