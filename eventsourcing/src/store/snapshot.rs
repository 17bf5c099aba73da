//! The state of an aggregate at a version, beside its stream.

use uuid::Uuid;

use crate::stream::{StreamId, Version};

/// A state of an aggregate, as its repository cut it: opaque to a store.
///
/// ```
/// use eventsourcing::{MemoryStore, StreamId, Version};
/// use eventsourcing::store::{EventStore, SnapshotRead, StoredSnapshot};
/// use uuid::Uuid;
///
/// let (store, stream) = (MemoryStore::new(), StreamId::new("Account", Uuid::nil()));
/// for version in [Version::new(10), Version::new(20)] {
///     let state = format!("as at version {version}").into_bytes();
///     store.blocking().save_snapshot(StoredSnapshot { stream: stream.clone(), version, fingerprint: Uuid::nil(), state })?;
/// }
/// let latest = store.blocking().read_snapshot(SnapshotRead::new(stream).up_to(19))?;
/// assert_eq!(latest.map(|snapshot| snapshot.version), Some(Version::new(10)));
/// # Ok::<(), eventsourcing::error::StoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a store build it")]
pub struct StoredSnapshot {
    /// The aggregate's stream.
    pub stream: StreamId,
    /// The version that the aggregate was at, from 1.
    pub version: Version,
    /// What the code was like that cut it.
    pub fingerprint: Uuid,
    /// The state.
    pub state: Vec<u8>,
}

/// The snapshot to read: the latest one at or before a version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotRead {
    /// The aggregate's stream.
    pub stream: StreamId,
    /// The highest version.
    pub to: Version,
}

impl SnapshotRead {
    /// The latest snapshot of this stream.
    #[must_use]
    pub const fn new(stream: StreamId) -> Self {
        Self { stream, to: Version::MAX }
    }

    /// Only up to this version.
    #[must_use]
    pub fn up_to(mut self, version: impl Into<Version>) -> Self {
        self.to = version.into();
        self
    }
}
