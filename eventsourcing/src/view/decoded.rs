//! What a stored event means today, as handlers are given it.

use crate::aggregate::{Aggregate, Id};
use crate::codec::Decoded;
use crate::error::LoadError;
use crate::event::Event as _;
use crate::log::{OnUnknown, decode, recorded};
use crate::store::StoredEvent;
use crate::stream::StreamId;
use crate::view::At;

/// Gives each event that a stored one means today, with what is recorded beside it.
pub(crate) fn each_decoded<A: Aggregate>(
    stored: &StoredEvent<'_>,
    mut give: impl FnMut(At<A>, A::Event),
) -> Result<(), LoadError> {
    let beside = recorded(stored, StreamId::new(A::NAME, stored.stream.id()), ())?;
    let id = Id::from(stored.stream.id());
    let (version, position, recorded_at) = (beside.version, beside.position, beside.recorded_at);
    let at = |event: &A::Event, metadata| At::new(id, event.kind().name(), version, position, recorded_at, metadata);
    match decode::<A::Event>(stored, OnUnknown::Error)? {
        Some(Decoded::Current(event)) => give(at(&event, beside.metadata), event),
        Some(Decoded::Old(events)) => {
            events.into_iter().for_each(|event| give(at(&event, beside.metadata.clone()), event));
        }
        None => {}
    }
    Ok(())
}
