//! Snapshots on demand.

use std::ops::ControlFlow;

use crate::aggregate::{Aggregate, Id, SnapshotSupport, stream_of};
use crate::error::{SnapshotError, StoreError, StoreErrorKind};
use crate::repository::Repository;
use crate::snapshot::{self, Snapshot, event_checksum};
use crate::store::{BoxFuture, StoredEvent, StreamRead};
use crate::stream::Version;

impl<A: Aggregate> Repository<A> {
    /// Stores a snapshot of an aggregate as it is now, and returns the version of it. Loading it then reads only the events since.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// #[derive(Aggregate)]
    /// #[aggregate(snapshot)]
    /// struct Meter {
    ///     root: Root<Self>,
    ///     total: u64,
    /// }
    /// # #[events] impl Meter { #[event(Installed)] fn install() -> Self { Self { root: Root::new(), total: 0 } } }
    ///
    /// # pollster::block_on(async {
    /// let meters = Repository::<Meter>::new(MemoryStore::new());
    /// let mut meter = Meter::install();
    /// meters.save(&mut meter).await?;
    /// assert_eq!(meters.take_snapshot(meter.id()).await?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// By [`SnapshotError`]; [`Unsupported`](StoreErrorKind::Unsupported) if the store keeps no snapshots. Loading goes on as before.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing but the time to load.
    // Boxed, because for a missing bound of an `async fn` the compiler says the same of the call, of its future and of the `.await`.
    #[must_use = "a future does nothing unless it is awaited"]
    pub fn take_snapshot(&self, id: Id<A>) -> BoxFuture<'_, Result<Version, SnapshotError>>
    where
        A: Snapshot,
    {
        Box::pin(async move {
            let Some(snapshots) = self.store().snapshots() else {
                let message = "this store keeps no snapshots: aggregates are loaded from their events";
                return Err(StoreError::new(StoreErrorKind::Unsupported, message).into());
            };
            let aggregate = self.get(id).await?;
            let (stream, version) = (stream_of(id), aggregate.version());
            if aggregate.root().state.has_unknown() {
                return Err(SnapshotError::Incomplete { stream });
            }
            let mut event = 0;
            let last = StreamRead::new(stream.clone()).versions(version..=version);
            let mut visit = |stored: StoredEvent<'_>| {
                event = event_checksum(stored.name, stored.schema_version, stored.payload);
                ControlFlow::Break(())
            };
            self.store().read_stream(last, &mut visit).await.map_err(|error| SnapshotError::Load(error.into()))?;
            let cut = snapshot::cut(&SnapshotSupport::new(), &aggregate, event);
            let cut = cut.map_err(|source| SnapshotError::State { stream, source })?;
            snapshots.save_snapshot(cut).await?;
            Ok(version)
        })
    }
}
