//! How the state of an aggregate is cut and restored, without its trait bounds.

use std::fmt;

use crate::aggregate::Root;
use crate::error::BoxError;
use crate::schema::Field;

/// How the snapshots of an aggregate are taken and read; made of its [`Snapshot`](crate::snapshot::Snapshot).
pub struct SnapshotSupport<A> {
    pub(crate) every: Option<u64>,
    pub(crate) fields: &'static [Field],
    pub(crate) cut: fn(&A, &mut Vec<u8>) -> Result<(), BoxError>,
    pub(crate) restore: fn(Root<A>, &[u8]) -> Result<A, BoxError>,
}

impl<A> fmt::Debug for SnapshotSupport<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotSupport").field("every", &self.every).finish_non_exhaustive()
    }
}
