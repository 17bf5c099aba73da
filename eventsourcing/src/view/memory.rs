//! Rows in memory: the shortest correct table, and the model of the others.
// `row_storage` has the generations; `table` writes the `rows` of one, which readers `find`, and a `snapshot` is compared with another.

mod find;
mod row_storage;
mod rows;
mod snapshot;
mod table;

pub(crate) use self::row_storage::MemoryRowStorage;
