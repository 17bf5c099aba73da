//! Snapshots without async.

use pollster::block_on;

use super::Repository;
use crate::aggregate::Id;
use crate::error::SnapshotError;
use crate::snapshot::Snapshot;
use crate::stream::Version;

impl<A: Snapshot> Repository<A> {
    /// As [`Repository::take_snapshot`](crate::Repository::take_snapshot).
    ///
    /// # Errors
    ///
    /// By [`SnapshotError`].
    pub fn take_snapshot(&self, id: Id<A>) -> Result<Version, SnapshotError> {
        block_on(self.inner.take_snapshot(id))
    }
}
