//! Which file a WAL belongs to.
//!
//! SQLite takes any sound WAL that stands beside a file for its own. So each file has a number of its own in its header, which is drawn when the file
//! is made, is brought to the current schema or is a copy of another: its schema cookie (`PRAGMA schema_version`), the only field there that SQLite
//! uses for nothing but to compare, and counts on with each change of the schema. The header in a WAL of the same file has the same number, or one
//! that was counted on since.

use rusqlite::Connection;

/// The most changes of the schema while the header of the file stays as it was.
const CHANGES: u32 = 64;

/// Gives a database a number of its own.
pub(crate) fn draw(conn: &Connection) -> rusqlite::Result<()> {
    // Above all that is counted from 0.
    conn.pragma_update(None, "schema_version", fastrand::i32(1 << 24..i32::MAX - 1))
}

/// The number of a database.
pub(crate) fn number(conn: &Connection) -> rusqlite::Result<u32> {
    conn.pragma_query_value(None, "schema_version", |row| row.get(0)).map(i32::cast_unsigned)
}

/// Whether a header with one number can have become that with the other.
pub(crate) const fn may_become(file: u32, in_wal: u32) -> bool {
    in_wal.wrapping_sub(file) < CHANGES
}
