//! Rows in SQLite: a folder with a file for each generation of a view, and one that says which of them are shown.
//!
//! Not in the file of the events: one who writes rows there keeps those from it who commit events. In WAL mode with `synchronous = NORMAL`: after a power loss
//! rows and checkpoint go back together, and the events since then are read again.
// `folder` knows the generations, `generation` is the file of one of them with its `lease`; `table` writes rows to it and `reader` reads them.

mod cells;
mod error;
mod file;
mod folder;
mod generation;
mod in_file;
mod keys;
mod kinds;
mod lease;
mod lineage;
mod opened;
mod pairing;
mod parked;
mod pool;
mod reader;
mod removed;
mod row_storage;
mod snapshot;
mod sql_snapshot;
mod sql_storage;
mod sql_table;
mod statements;
mod table;

pub(crate) use self::folder::Folder;
pub(crate) use self::kinds::KindFile;
pub(crate) use self::row_storage::SqliteRowStorage;
pub(crate) use self::sql_snapshot::SqlSnapshot;
pub(crate) use self::sql_storage::SqlStorage;
