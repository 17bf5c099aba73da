//! Its snapshots.

use eventsourcing::error::StoreError;
use eventsourcing::store::{BoxFuture, SnapshotRead, SnapshotStore, StoredSnapshot};

use super::{Broken, Fault};

impl SnapshotStore for Broken {
    fn save_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let found = self.inner.read_snapshot(SnapshotRead::new(snapshot.stream.clone())).await?;
            let newer = |found: StoredSnapshot| found.version >= snapshot.version;
            if found.is_some_and(newer) && self.fault == Fault::NeverReplaces {
                return Ok(());
            }
            self.inner.save_snapshot(snapshot).await
        })
    }

    fn read_snapshot(&self, mut read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        if self.fault == Fault::ReadsAnySnapshot {
            read.to = u64::MAX.into();
        }
        self.inner.read_snapshot(read)
    }
}
