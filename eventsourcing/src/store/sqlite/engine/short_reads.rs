//! Reading a stream: its first events through the connection for writing, if there is no leader.

use crate::error::ReadError;
use crate::store::sqlite::connection::busy::set_deadline;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::engine::readers::Admission;
use crate::store::sqlite::error::Origin;
use crate::store::sqlite::read::rows::{CopiedRows, Ended, Visited};
use crate::store::sqlite::read::stream;
use crate::store::{Page, StoredEvent, StreamRead, Visit};
use crate::stream::Version;

const VERSION: fn(&StoredEvent<'_>) -> Version = |event| event.version;

/// The most events that are read through the connection for writing of a file.
const SHORT: usize = 128;

impl Engine {
    pub(crate) fn read_stream(
        &self,
        admission: Admission,
        read: &StreamRead,
        visit: &mut Visit<'_>,
    ) -> Result<Page<Version>, ReadError> {
        self.key.check_call()?;
        let usual = |read: &StreamRead, visit: &mut Visit<'_>| {
            let page = |reader: &mut Reader, visit: &mut Visit<'_>| stream::read_page(reader, read, visit);
            self.read_page(admission, read.never_waits, VERSION, visit, page)
        };
        let limit = read.bound();
        let short = if matches!(self.origin, Origin::Memory) { limit } else { limit.min(SHORT) };
        let Some(rows) = self.copy_through_writer(read, short) else { return usual(read, visit) };
        let rows = rows?;
        let Visited { page, count, ended } = {
            let _visiting = self.key.visit();
            rows.visit(read, visit)
        };
        // Nothing that was read changes: both parts are what the stream was at the second.
        let is_done = match ended {
            Ended::BrokenOff => true,
            Ended::All => !page.more || count >= limit || rows.is_full(),
            Ended::AtUnsound => false,
        };
        if is_done {
            return Ok(page);
        }
        let next = read.from.max(Version::new(1)) + count as u64;
        let rest = read.clone().versions(next..=read.to).limit(limit - count);
        usual(&rest, visit)
    }

    /// Copies the first events of a stream through the connection for writing, if there is no leader. A reader's own connection forgets all pages of
    /// the file with each commit; this one has those that its commits have changed. A commit waits for no more than copying some
    /// events: no visitor of a caller's runs meanwhile.
    fn copy_through_writer(&self, read: &StreamRead, limit: usize) -> Option<Result<CopiedRows, ReadError>> {
        if read.backward {
            return None;
        }
        self.may_read().ok()?;
        self.committer.try_with_lead(|writing| {
            set_deadline(self.settings.busy_deadline);
            // A transaction that could not be rolled back is, by the next commit; until then its events are not to be read.
            let writer = writing.open().filter(|writer| writer.reader.conn.is_autocommit())?;
            self.check_wal(&writer.reader.conn).ok()?;
            let copied = CopiedRows::copy(&mut writer.reader, read, limit);
            if copied.as_ref().is_err_and(|failure| !failure.leaves_connection_sound()) {
                writing.give_up();
            }
            Some(copied.map_err(|failure| self.read_error(failure)))
        })?
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use uuid::Uuid;

    use crate::store::sqlite::SqliteStore;
    use crate::store::sqlite::commit::append;
    use crate::store::{Commit, StreamRead};
    use crate::stream::StreamId;

    #[test]
    fn what_is_not_committed_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("store.db")).unwrap();
        let stream = StreamId::new("Account", Uuid::nil());
        let mut commit = Commit::new();
        commit.append(stream.clone(), 0).unwrap().event("Opened", 1, b"{}").unwrap();
        {
            store.shared.engine.committer.with_lead(|writing| {
                let writer = writing.open().unwrap();
                writer.reader.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
                assert!(append::store(writer, &commit, 0).is_ok());
            });
        }
        let read = || {
            let mut seen = 0;
            let visit = &mut |_: crate::store::StoredEvent<'_>| {
                seen += 1;
                ControlFlow::Continue(())
            };
            store.blocking().read_stream(StreamRead::new(stream.clone()), visit).unwrap();
            seen
        };
        assert_eq!(read(), 0);
        store.shared.engine.committer.with_lead(|writing| {
            writing.open().unwrap().reader.conn.execute_batch("COMMIT").unwrap();
        });
        assert_eq!(read(), 1);
    }
}
