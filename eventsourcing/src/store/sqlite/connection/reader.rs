//! A connection that reads.

use rusqlite::Connection;

use crate::store::sqlite::connection::setup::end_wal_at_close;
use crate::store::sqlite::format::names::Names;

/// A connection to a file, with what it has read of the table of names.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) conn: Connection,
    pub(crate) names: Names,
}

impl Reader {
    /// When it is closed, all files stay as they are.
    pub(crate) fn new(conn: Connection) -> Self {
        end_wal_at_close(&conn, false);
        Self { conn, names: Names::default() }
    }
}
