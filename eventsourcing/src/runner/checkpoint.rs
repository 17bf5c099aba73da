//! Whether the log is still the one that a view was made of, and where in it a batch ends.

use crate::error::{ReadError, StopReason};
use crate::log::OtherLog;
use crate::runner::reading::End;
use crate::store::EventStore;
use crate::stream::StoreId;
use crate::view::Checkpoint;

/// The checkpoint at the end of a batch.
pub(super) async fn at(store: &dyn EventStore, end: End) -> Result<Checkpoint, ReadError> {
    match end.checksum {
        Some(checksum) => Ok(Checkpoint { store: store.id(), position: end.position, checksum }),
        None => Checkpoint::at(store, end.position).await,
    }
}

/// Refuses a log that is not the one which a view has read up to its checkpoint.
pub(super) async fn check(
    store: &dyn EventStore,
    checkpoint: Option<Checkpoint>,
) -> Result<Result<(), StopReason>, ReadError> {
    let Some(read) = checkpoint.filter(|read| read.position > 0) else { return Ok(Ok(())) };
    Ok(read.check(store).await?.map_err(other_history))
}

/// Why a view is not to be shown beside this store, if it was made of another one.
pub(super) fn of_other_store(read: Checkpoint, store: StoreId) -> Option<StopReason> {
    read.of_other_store(store).map(other_history)
}

fn other_history(OtherLog { made_of, found }: OtherLog) -> StopReason {
    StopReason::OtherHistory { made_of, found }
}
