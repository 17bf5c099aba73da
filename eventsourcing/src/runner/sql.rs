//! Views in SQL, as a runner and their readers have them.

mod diff;
mod kind;
mod view;

pub(super) use self::kind::SqlViewKind;
pub use self::view::SqlView;
