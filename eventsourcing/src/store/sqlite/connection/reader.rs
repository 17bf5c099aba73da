//! A connection that reads.

use rusqlite::Connection;

use crate::store::sqlite::format::names::Names;

/// A connection to a file, with what it has read of the table of names.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) conn: Connection,
    pub(crate) names: Names,
}

impl Reader {
    pub(crate) fn new(conn: Connection) -> Self {
        Self { conn, names: Names::default() }
    }
}
