//! Projections in SQL, for views of several tables: what they are written with, and what a batch of events is to one.
//!
//! [`#[projection]`](macro@crate::projection) writes [`SqlProjection`] and [`SqlOn`] for an `impl` block with a `#[setup]` function; all of it can be
//! written by hand as well.
// `guard` has SQLite refuse what would end or leave the transaction, `tx` is what handlers see of it, `fold` runs them over a `table`.

mod fold;
mod guard;
mod projection;
mod table;
#[cfg(test)]
mod tests;
mod tx;
mod value;

pub use self::projection::{SqlDelivery, SqlKey, SqlOn, SqlProjection, SqlSource};
pub use self::tx::SqliteTx;
pub use self::value::Sql;
