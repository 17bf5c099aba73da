//! Reading a stream: its first events through the connection for writing where that costs nobody anything.

use crate::error::ReadError;
use crate::store::sqlite::busy::set_deadline;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::failure::Origin;
use crate::store::sqlite::read;
use crate::store::{Page, StoredEvent, StreamRead, Visit};

/// The most events that are read through the connection for writing.
const SHORT: usize = 128;

impl Engine {
    pub(super) fn read_stream(&self, read: &StreamRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        let Some(begun) = self.read_through_writer(read, visit) else {
            return self.read(|link| read::stream(link, read, visit));
        };
        match begun {
            // Nothing that was read changes: both parts are what the stream was at the second.
            (Ok(page), false) if page.more && read.limit > SHORT => {
                let rest = read.clone().from(page.reached + 1).limit(read.limit - SHORT);
                self.read(|link| read::stream(link, &rest, visit))
            }
            (page, _) => page,
        }
    }

    /// Reads the first events of a stream through the connection for writing, if nobody writes, and says whether the visitor broke off. A
    /// reader's own connection forgets all pages of the file with each commit; this one has those that its commits have changed. A
    /// commit waits for no more than some events.
    fn read_through_writer(&self, read: &StreamRead, visit: &mut Visit<'_>) -> Option<(Result<Page, ReadError>, bool)> {
        if matches!(self.origin, Origin::Memory) || read.backward && read.limit > SHORT {
            return None;
        }
        let mut writer = self.writer.try_lock().ok()?;
        set_deadline(self.settings.busy_deadline);
        // A transaction that could not be rolled back is, by the next commit; what is in it is nobody's to see.
        let link = writer.link.as_mut().filter(|link| link.conn.is_autocommit())?;
        let short = read.clone().limit(read.limit.min(SHORT));
        let mut is_broken_off = false;
        let mut visit = |event: StoredEvent<'_>| {
            let flow = visit(event);
            is_broken_off = flow.is_break();
            flow
        };
        let page = read::stream(link, &short, &mut visit).map_err(|fault| self.origin.read_error(fault));
        Some((page, is_broken_off))
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use uuid::Uuid;

    use crate::store::sqlite::{SqliteStore, storing};
    use crate::store::{Commit, EventStore, StreamRead};
    use crate::stream::StreamId;

    #[test]
    fn what_is_not_committed_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("store.db")).unwrap();
        let stream = StreamId::new("Account", Uuid::nil());
        let mut commit = Commit::new();
        commit.append(stream.clone(), 0).unwrap().event("Opened", 1, b"{}").unwrap();
        {
            let mut writer = store.shared.engine.writer.lock().unwrap();
            let link = writer.link.as_mut().unwrap();
            link.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
            assert!(storing::store(link, &commit, 0).is_ok());
        }
        let read = || {
            let mut seen = 0;
            let visit = &mut |_: crate::store::StoredEvent<'_>| {
                seen += 1;
                ControlFlow::Continue(())
            };
            store.read_stream_blocking(StreamRead::new(stream.clone()), visit).unwrap();
            seen
        };
        assert_eq!(read(), 0);
        store.shared.engine.writer.lock().unwrap().link.as_mut().unwrap().conn.execute_batch("COMMIT").unwrap();
        assert_eq!(read(), 1);
    }
}
