//! Snapshots without async.

use pollster::block_on;

use super::Repository;
use crate::aggregate::{Aggregate, Id};
use crate::error::SnapshotError;
use crate::snapshot::Snapshot;
use crate::stream::Version;

impl<A: Aggregate> Repository<A> {
    /// As [`Repository::take_snapshot`](crate::Repository::take_snapshot).
    ///
    /// # Errors
    ///
    /// By [`SnapshotError`].
    pub fn take_snapshot(&self, id: Id<A>) -> Result<Version, SnapshotError>
    where
        A: Snapshot,
    {
        block_on(self.inner.take_snapshot(id))
    }
}
