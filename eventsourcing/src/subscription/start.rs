//! Where a subscription begins.

use crate::error::{ReadError, SubscriptionError};
use crate::log::Checkpoint;
use crate::store::EventStore;
use crate::stream::Position;

/// Where a subscription begins when its name is first seen; later it goes on from what was acknowledged, whatever is said here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a place in the log is its beginning, its end, or one between")]
pub enum Start {
    /// Before the first event of the store.
    #[default]
    Beginning,
    /// After the last event that is stored when it is opened.
    Now,
    /// After this position: that which [`save`](crate::Repository::save) returns, or an event has.
    After(Position),
}

impl Start {
    /// The place in this log.
    pub(crate) async fn find(self, store: &dyn EventStore, name: &str) -> Result<Checkpoint, SubscriptionError> {
        let position = match self {
            Self::Beginning => Position::default(),
            Self::Now => store.head().await.map_err(ReadError::from)?,
            Self::After(position) => position,
        };
        match Checkpoint::at(store, position).await {
            Ok(checkpoint) if position == 0 || checkpoint.checksum != 0 || self == Self::Now => Ok(checkpoint),
            // The position of no event: one behind the last, or a gap.
            Ok(checkpoint) => {
                let head = store.head().await.map_err(ReadError::from)?;
                if position <= head { Ok(checkpoint) } else { Err(ahead(name, position, head)) }
            }
            Err(ReadError::Ahead { head, .. }) => Err(ahead(name, position, head)),
            Err(error) => Err(error.into()),
        }
    }
}

fn ahead(name: &str, position: Position, head: Position) -> SubscriptionError {
    SubscriptionError::StartAhead { name: name.to_owned(), position, head }
}
