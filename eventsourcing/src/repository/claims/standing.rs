//! Who holds a value: the last event of its claim says it.

use std::ops::ControlFlow;

use uuid::Uuid;

use crate::codec::ClaimEvent;
use crate::error::{LoadError, StoreError, StoreErrorKind};
use crate::store::{EventStore, StoredEvent, StreamRead};
use crate::stream::{StreamId, Version};

/// How a claim stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) version: Version,
    /// The aggregate that holds the value.
    pub(super) holder: Option<Uuid>,
    /// That, or else the one that released it last.
    pub(super) last_holder: Option<Uuid>,
}

impl Standing {
    pub(super) async fn read(store: &dyn EventStore, claim: &StreamId) -> Result<Self, LoadError> {
        let mut standing = Self::default();
        let mut refused = Ok(());
        let mut visit =
            |stored: StoredEvent<'_>| match ClaimEvent::decode(stored.name, stored.schema_version, stored.payload) {
                Ok(event) => {
                    let by = if let ClaimEvent::Claimed { by } = event { Some(by) } else { None };
                    if standing.version == 0 {
                        (standing.version, standing.holder) = (stored.version, by);
                    }
                    standing.last_holder = by;
                    if by.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                }
                Err(source) => {
                    refused = Err(LoadError::Decode { location: stored.location().into(), source });
                    ControlFlow::Break(())
                }
            };
        // A release, and the claim before it.
        let read = StreamRead::new(claim.clone()).backward().limit(2).never_waits();
        store.read_stream(read, &mut visit).await?;
        refused.map(|()| standing)
    }
}

/// The error of a save that could not read a claim: nothing was stored.
pub(super) fn unreadable(claim: &StreamId, error: LoadError) -> StoreError {
    if let LoadError::Read(error) = error {
        return error.into_store();
    }
    let message = format!("{claim}, which says who holds a unique value, cannot be read");
    StoreError::new(StoreErrorKind::Corrupt, message).caused_by(error)
}
