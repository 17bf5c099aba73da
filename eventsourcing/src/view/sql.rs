//! Projections in SQL, for views of several tables: what they are written with, and what a batch of events is to one.
//!
//! [`#[projection]`](macro@crate::projection) writes [`SqlProjection`] and [`SqlOn`] for an `impl` block with a `#[setup]` function; all of it can be
//! written by hand as well.
// `guard` has SQLite refuse what would end or leave the transaction, `tx` is what handlers see of it, `fold` runs them over a `table`.

mod cell;
mod diff;
mod fold;
mod guard;
mod key;
mod projection;
mod table;
#[cfg(test)]
mod tests;
mod tx;
mod value;

pub(super) use self::cell::{from_value, to_value};
pub use self::diff::{SqlDiff, TableDiff};
pub(crate) use self::fold::SqlFold;
pub use self::key::SqlKey;
pub use self::projection::{SqlDelivery, SqlOn, SqlProjection, SqlSource};
pub(crate) use self::table::SqlTable;
pub use self::tx::SqliteTx;
pub use self::value::SqlValue;
