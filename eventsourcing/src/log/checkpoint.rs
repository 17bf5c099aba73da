//! How far a reader of the log has come, in a form that notices another log.

use std::ops::ControlFlow;

use crate::error::ReadError;
use crate::store::{EventStore, LogRead, StoredEvent, checksum};
use crate::stream::{Position, StoreId};

/// Up to where a view or a subscription has read, of which store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) store: StoreId,
    pub(crate) position: Position,
    /// The checksum of the event at that position, by which another history of the store is noticed; 0 at position 0.
    pub(crate) checksum: u32,
}

/// That a log is not the one which a checkpoint was made of.
#[derive(Debug)]
pub(crate) struct OtherLog {
    /// What was read.
    pub(crate) made_of: String,
    /// What the log is.
    pub(crate) found: String,
}

impl Checkpoint {
    /// That of one who has read nothing.
    pub(crate) const fn beginning(store: StoreId) -> Self {
        Self { store, position: Position::new(0), checksum: 0 }
    }

    /// The checkpoint at a position of the log.
    pub(crate) async fn at(store: &dyn EventStore, position: Position) -> Result<Self, ReadError> {
        Ok(Self { store: store.id(), position, checksum: checksum_at(store, position).await? })
    }

    /// What differs, if this is not the store that was read.
    pub(crate) fn of_other_store(&self, store: StoreId) -> Option<OtherLog> {
        (self.store != store).then(|| self.other_log(format!("this is the store {store}")))
    }

    fn other_log(&self, found: String) -> OtherLog {
        let made_of = format!("the events of the store {} up to position {}", self.store, self.position);
        OtherLog { made_of, found }
    }

    /// Whether this log is the one that was read up to here; what differs, if it is not.
    pub(crate) async fn check(&self, store: &dyn EventStore) -> Result<Result<(), OtherLog>, ReadError> {
        if self.position == 0 && self.store == store.id() {
            return Ok(Ok(()));
        }
        if let Some(other) = self.of_other_store(store.id()) {
            return Ok(Err(other));
        }
        let other = |found: String| Ok(Err(self.other_log(found)));
        match checksum_at(store, self.position).await {
            Ok(checksum) if checksum == self.checksum => Ok(Ok(())),
            Ok(_) => other("another event is at that position".to_owned()),
            Err(ReadError::Ahead { head, .. }) => other(format!("the log ends at position {head}")),
            Err(error) => Err(error),
        }
    }
}

/// The position of a checkpoint, 0 before the first.
pub(crate) fn position_of(checkpoint: Option<Checkpoint>) -> Position {
    checkpoint.map_or(Position::new(0), |checkpoint| checkpoint.position)
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
