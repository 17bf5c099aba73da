//! A connection that writes.

use rusqlite::Connection;

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::side_files::SideFiles;
use crate::store::sqlite::connection::tail::Tail;
use crate::store::sqlite::format::head::Head;

/// A connection that writes. One process has one to a file.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) reader: Reader,
    pub(crate) tail: Tail,
    /// Where the bytes of an event are put together.
    pub(crate) body: Vec<u8>,
    /// None for a store in memory, and for a file that no other process knows of yet.
    pub(crate) side_files: Option<SideFiles>,
}

impl Writer {
    /// The writer of a log that had come so far when it was last seen.
    pub(crate) fn new(conn: Connection, head: Head) -> Self {
        Self { reader: Reader::new(conn), tail: Tail::Guessed(head), body: Vec::new(), side_files: None }
    }
}
