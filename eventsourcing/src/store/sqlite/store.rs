//! The store as others see it: each call, async and blocking.

use crate::error::{CommitError, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::commit::queue::Turn;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::engine::readers::{Admission, Length};
use crate::store::sqlite::shared::length_of;
use crate::store::sqlite::threads::answer::Lost;
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredSnapshot, StreamRead, Visit,
};
use crate::stream::Position;

impl EventStore for SqliteStore {
    /// # Cancel safety
    ///
    /// Once the future was polled, the commit is in the queue of those that are written, and dropping the future does not call it back: it will
    /// be stored, once and as a whole, or refused. A future that was never polled has done nothing. The same commit again tells which.
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let answer = {
                // The commit is in the queue when this ends; who leads then is counted too.
                let _call = self.shared.begin()?;
                self.shared.engine.enqueue(commit, || self.shared.start_worker())
            };
            match answer.await {
                Ok(Turn::Stored(outcome)) => outcome,
                Ok(Turn::Lead(_)) | Err(_) => Err(Lost::Unanswered.error(StoreErrorKind::OutcomeUnknown).into()),
            }
        })
    }

    fn read_stream<'a>(&'a self, read: StreamRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        let length = length_of(read.limit);
        let read_page =
            move |engine: &Engine, admission, visit: &mut Visit<'_>| engine.read_stream(admission, &read, visit);
        Box::pin(self.shared.page(length, |event| event.version, visit, read_page))
    }

    fn read_log<'a>(&'a self, read: LogRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        let read_page =
            move |engine: &Engine, admission, visit: &mut Visit<'_>| engine.read_log(admission, &read, visit);
        Box::pin(self.shared.page(Length::Long, |event| event.position, visit, read_page))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(self.shared.read(|engine, admission| engine.head(admission)))
    }

    fn changed(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(self.shared.changed(after))
    }

    fn keep_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.shared.keep(move |engine| engine.keep_snapshot(&snapshot)))
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(self.shared.read(move |engine, admission| engine.read_snapshot(admission, &read)))
    }

    fn commit_blocking(&self, commit: Commit) -> Result<Committed, CommitError> {
        let _call = self.shared.block()?;
        self.shared.engine.commit(commit, || self.shared.start_worker())
    }

    fn read_stream_blocking(&self, read: StreamRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        let _call = self.shared.block()?;
        self.shared.engine.read_stream(Admission::Waits(length_of(read.limit)), &read, visit)
    }

    fn read_log_blocking(&self, read: LogRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        let _call = self.shared.block()?;
        self.shared.engine.read_log(Admission::Waits(Length::Long), &read, visit)
    }

    fn head_blocking(&self) -> Result<Position, StoreError> {
        let _call = self.shared.block()?;
        self.shared.engine.head(Admission::Waits(Length::Short))
    }

    fn keep_snapshot_blocking(&self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        let _call = self.shared.block()?;
        self.shared.engine.keep_snapshot(&snapshot)
    }

    fn read_snapshot_blocking(&self, read: SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        let _call = self.shared.block()?;
        self.shared.engine.read_snapshot(Admission::Waits(Length::Short), &read)
    }
}
