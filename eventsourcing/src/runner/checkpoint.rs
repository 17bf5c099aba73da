//! Whether the log is still the one that a view was made of, and where in it a batch ends.

use std::ops::ControlFlow;

use crate::error::{ReadError, StopReason};
use crate::store::{EventStore, LogRead, StoredEvent, checksum};
use crate::stream::{Position, StoreId};
use crate::view::Checkpoint;

/// The checkpoint at a position of the log.
pub(super) async fn at(store: &dyn EventStore, position: Position) -> Result<Checkpoint, ReadError> {
    Ok(Checkpoint { store: store.id(), position, checksum: checksum_at(store, position).await? })
}

/// Refuses a log that is not the one which a view has read up to its checkpoint.
pub(super) async fn check(
    store: &dyn EventStore,
    checkpoint: Option<Checkpoint>,
) -> Result<Result<(), StopReason>, ReadError> {
    let Some(read) = checkpoint.filter(|read| read.position > 0) else { return Ok(Ok(())) };
    if let Some(other) = of_other_store(read, store.id()) {
        return Ok(Err(other));
    }
    let other = |found: String| Ok(Err(other_history(read, found)));
    match checksum_at(store, read.position).await {
        Ok(checksum) if checksum == read.checksum => Ok(Ok(())),
        Ok(_) => other("another event is at that position".to_owned()),
        Err(ReadError::Ahead { head, .. }) => other(format!("the log ends at position {head}")),
        Err(error) => Err(error),
    }
}

/// Why a view is not to be shown beside this store, if it was made of another one.
pub(super) fn of_other_store(read: Checkpoint, store: StoreId) -> Option<StopReason> {
    (read.store != store).then(|| other_history(read, format!("this is the store {store}")))
}

fn other_history(read: Checkpoint, found: String) -> StopReason {
    let made_of = format!("the events of the store {} up to position {}", read.store, read.position);
    StopReason::OtherHistory { made_of, found }
}

/// The checksum of the event at a position, 0 if none is there.
async fn checksum_at(store: &dyn EventStore, position: Position) -> Result<u32, ReadError> {
    let mut found = 0;
    let mut visit = |stored: StoredEvent<'_>| {
        if stored.position == position {
            found = checksum(&stored, None);
        }
        ControlFlow::Break(())
    };
    if position > 0 {
        store.read_log(LogRead::after(position.previous()).limit(1).never_waits(), &mut visit).await?;
    }
    Ok(found)
}
