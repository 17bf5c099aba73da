//! Whether the log is still the one that a view was made of, and where in it a batch ends.

use std::ops::ControlFlow;

use crate::error::{ReadError, StopReason};
use crate::runner::reading::End;
use crate::store::{EventStore, LogRead, StoredEvent, checksum};
use crate::stream::Position;
use crate::view::Checkpoint;

/// The checkpoint at the end of a batch.
pub(super) async fn at(store: &dyn EventStore, end: End) -> Result<Checkpoint, ReadError> {
    let checksum = match end.checksum {
        Some(checksum) => checksum,
        None => checksum_at(store, end.position).await?,
    };
    Ok(Checkpoint { store: store.id(), position: end.position, checksum })
}

/// Refuses a log that is not the one which a view has read up to its checkpoint.
pub(super) async fn check(
    store: &dyn EventStore,
    checkpoint: Option<Checkpoint>,
) -> Result<Result<(), StopReason>, ReadError> {
    let Some(read) = checkpoint.filter(|read| read.position > 0) else { return Ok(Ok(())) };
    let made_of = format!("the events of the store {} up to position {}", read.store, read.position);
    let other = |found: String| Ok(Err(StopReason::OtherHistory { made_of, found }));
    if read.store != store.id() {
        return other(format!("this is the store {}", store.id()));
    }
    match checksum_at(store, read.position).await {
        Ok(checksum) if checksum == read.checksum => Ok(Ok(())),
        Ok(_) => other("another event is at that position".to_owned()),
        Err(ReadError::Ahead { head, .. }) => other(format!("the log ends at position {head}")),
        Err(error) => Err(error),
    }
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
