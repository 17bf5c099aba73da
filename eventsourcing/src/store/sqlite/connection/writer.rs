//! A connection that writes.

use rusqlite::Connection;

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::setup::end_wal_at_close;
use crate::store::sqlite::connection::side_files::SideFiles;
use crate::store::sqlite::connection::tail::Tail;
use crate::store::sqlite::error::CommitFailure;
use crate::store::sqlite::format::head::Head;
use crate::stream::Position;

/// A connection that writes. One process has one to a file.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) reader: Reader,
    pub(crate) tail: Tail,
    /// A buffer for the bytes of one event.
    pub(crate) body: Vec<u8>,
    /// None for a store in memory, and for a file that no other process knows of yet.
    pub(crate) side_files: Option<SideFiles>,
}

impl Writer {
    /// The writer of a log that had come so far when it was last seen.
    pub(crate) fn new(conn: Connection, head: Head) -> Self {
        Self { reader: Reader::new(conn), tail: Tail::Guessed(head), body: Vec::new(), side_files: None }
    }

    /// To be called after a transaction that has written, with where the log ended before it and how many events it has stored.
    pub(crate) fn committed(&mut self, before: Head, events: u64) -> Result<(), CommitFailure> {
        let Some(files) = &mut self.side_files else { return Ok(()) };
        let committed = files.committed(&mut self.reader.conn, before, self.tail.head(), events);
        committed.map_err(CommitFailure::BehindGap)
    }

    /// Makes it certain that all up to this position is on the disk, if a transaction has found it and the durability asks for it.
    pub(crate) fn make_certain(&mut self, last: Position) -> rusqlite::Result<()> {
        self.side_files.as_mut().map_or(Ok(()), |files| files.make_certain(last))
    }

    /// To be called with each error of `COMMIT`.
    pub(crate) fn failed(&mut self, failure: &CommitFailure) {
        if let (Some(files), CommitFailure::AtCommit(error) | CommitFailure::Unknown(error)) =
            (&mut self.side_files, failure)
        {
            files.failed(error);
        }
    }

    /// Closes the connection for good, and ends the WAL, if no other process has the file open. One that is dropped leaves all files as they are.
    pub(crate) fn close(mut self) -> rusqlite::Result<()> {
        let conn = &self.reader.conn;
        let may_end = self.side_files.as_mut().map_or(Ok(true), |files| files.end(conn))?;
        end_wal_at_close(conn, may_end);
        Ok(())
    }
}
