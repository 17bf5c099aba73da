//! Which file a WAL belongs to, and which moment of that file.
//!
//! SQLite takes any sound WAL that stands beside a file for its own. So each file has a number in its header, and the header in its WAL has the same
//! number or the next one:
//!
//! - It is drawn when a file is made, is brought to the current schema, or is a copy of another: no other file has it.
//! - It goes on by a [`STEP`] with each generation of the WAL, in the header that the generation holds. An older copy of the file itself, to which
//!   the WAL does not belong either, is thereby two steps behind at least, unless no generation has ended since: then the WAL holds all that it lacks.
//!
//! The number is the schema cookie (`PRAGMA schema_version`), the only field of the header that SQLite uses for nothing but to compare. With each
//! change of the schema SQLite counts it on by one.

use rusqlite::Connection;

/// How far it goes on with a generation of the WAL. So many changes of the schema fit between two.
const STEP: u32 = 256;

/// Gives a database a new, random number.
pub(crate) fn draw(conn: &Connection) -> rusqlite::Result<()> {
    // Above all that is counted from 0.
    set(conn, fastrand::u32(1 << 24..u32::MAX))
}

/// The number of a database.
pub(crate) fn number(conn: &Connection) -> rusqlite::Result<u32> {
    conn.pragma_query_value(None, "schema_version", |row| row.get(0)).map(i32::cast_unsigned)
}

/// Sets the number that follows this one.
pub(crate) fn step(conn: &Connection, number: u32) -> rusqlite::Result<()> {
    set(conn, number.wrapping_add(STEP))
}

fn set(conn: &Connection, number: u32) -> rusqlite::Result<()> {
    conn.pragma_update(None, "schema_version", number.cast_signed())
}

/// Whether the header of a file with one number can have become that with the other in its WAL.
pub(crate) const fn may_become(file: u32, in_wal: u32) -> bool {
    in_wal.wrapping_sub(file) < 2 * STEP
}
