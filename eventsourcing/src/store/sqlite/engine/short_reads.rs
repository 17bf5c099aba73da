//! Reading a stream: its first events through the connection for writing where that costs nobody anything.

use crate::error::ReadError;
use crate::store::sqlite::connection::busy::set_deadline;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::engine::readers::Admission;
use crate::store::sqlite::error::Origin;
use crate::store::sqlite::read::stream;
use crate::store::sqlite::threads::page::{self, GatheredPage};
use crate::store::{Page, StoredEvent, StreamRead, Visit};

const VERSION: fn(&StoredEvent<'_>) -> u64 = |event| event.version;

/// The most events that are read through the connection for writing.
const SHORT: usize = 128;

impl Engine {
    pub(crate) fn read_stream(
        &self,
        admission: Admission,
        read: &StreamRead,
        visit: &mut Visit<'_>,
    ) -> Result<Page, ReadError> {
        self.key.check_call()?;
        let visit = &mut page::bounded(visit);
        let Some(begun) = self.read_through_writer(read) else {
            return self.read_page(admission, VERSION, visit, |reader, visit| stream::page(reader, read, visit));
        };
        let mut is_broken_off = false;
        let page = {
            let _visiting = self.key.visit();
            begun.visit(VERSION, &mut |event| {
                let flow = visit(event);
                is_broken_off = flow.is_break();
                flow
            })?
        };
        if is_broken_off || !page.more || read.limit <= SHORT {
            return Ok(page);
        }
        // Nothing that was read changes: both parts are what the stream was at the second.
        let rest = read.clone().from(page.reached + 1).limit(read.limit - SHORT);
        self.read_page(admission, VERSION, visit, |reader, visit| stream::page(reader, &rest, visit))
    }

    /// Reads the first events of a stream through the connection for writing, if nobody leads. A reader's own connection forgets all pages of the
    /// file with each commit; this one has those that its commits have changed. A commit waits for no more than reading some events:
    /// no visitor of a caller's runs meanwhile.
    fn read_through_writer(&self, read: &StreamRead) -> Option<GatheredPage> {
        if matches!(self.origin, Origin::Memory) || read.backward && read.limit > SHORT {
            return None;
        }
        self.may_read().ok()?;
        self.committer.try_with_lead(|writing| {
            set_deadline(self.settings.busy_deadline);
            // A transaction that could not be rolled back is, by the next commit; until then its events are not to be read.
            let writer = writing.open().filter(|writer| writer.reader.conn.is_autocommit())?;
            let short = read.clone().limit(read.limit.min(SHORT));
            let mut is_sound = true;
            let page = GatheredPage::gather(|visit| {
                stream::page(&mut writer.reader, &short, &mut page::bounded(visit)).map_err(|failure| {
                    is_sound = failure.leaves_connection_sound();
                    self.read_error(failure)
                })
            });
            if !is_sound {
                writing.give_up();
            }
            Some(page)
        })?
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use uuid::Uuid;

    use crate::store::sqlite::SqliteStore;
    use crate::store::sqlite::commit::append;
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
            store.read_stream_blocking(StreamRead::new(stream.clone()), visit).unwrap();
            seen
        };
        assert_eq!(read(), 0);
        store.shared.engine.committer.with_lead(|writing| {
            writing.open().unwrap().reader.conn.execute_batch("COMMIT").unwrap();
        });
        assert_eq!(read(), 1);
    }
}
