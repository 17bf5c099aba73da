//! Snapshots without async.

use pollster::block_on;

use super::Repository;
use crate::aggregate::Id;
use crate::error::SnapshotError;
use crate::snapshot::Snapshot;
use crate::stream::Version;

impl<A: Snapshot> Repository<A> {
    /// As [`Repository::snapshot`](crate::Repository::snapshot).
    ///
    /// # Errors
    ///
    /// By [`SnapshotError`].
    pub fn snapshot(&self, id: Id<A>) -> Result<Version, SnapshotError> {
        block_on(self.inner.snapshot(id))
    }
}
