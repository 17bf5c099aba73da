//! Which deliveries a batch has for a view, in order: of rows, and in SQL.

use std::sync::Arc;

use uuid::Uuid;

use crate::error::{LoadError, StopReason};
use crate::stream::Position;
use crate::view::Batch;
use crate::view::batch::Content;
use crate::view::parked::DeliveryPlace;
use crate::view::partition::{AnyPartition, SourceKind};

/// One kind of aggregate whose events a view handles.
pub(super) trait Routes: 'static {
    type Delivery;

    fn kind(&self) -> SourceKind;

    /// Gives the deliveries of the event of this index in a partition of the aggregate.
    fn route(&self, events: &dyn AnyPartition, index: usize, to: &mut dyn FnMut(Self::Delivery));

    /// That of an event which cannot be read, of the aggregate of this id; none if it is not known what it would change.
    fn unreadable(&self, id: Uuid) -> Option<Self::Delivery>;
}

/// What a delivery is of.
pub(super) enum DeliveryContent {
    /// The event of this index in its partition.
    Event(usize),
    /// An event that cannot be read, for this reason.
    Unreadable(Arc<LoadError>),
}

/// Gives the deliveries of the events after a position and up to another, each with its source and its partition.
///
/// # Errors
///
/// [`StopReason::Unreadable`] at an event of which it is not known what it would change, or that a later release stored.
pub(super) fn each<S: Routes>(
    batch: &Batch,
    partitions: &[usize],
    sources: &'static [S],
    (after, up_to): (Position, Position),
    mut give: impl FnMut((&'static S, usize), DeliveryContent, S::Delivery, DeliveryPlace),
) -> Result<(), StopReason> {
    let mut place = DeliveryPlace { position: after, nth: 0 };
    for (source, entry) in batch.entries_in(partitions, (after, up_to)) {
        let Some(source) = sources.get(source) else { continue };
        if entry.position != place.position {
            place = DeliveryPlace { position: entry.position, nth: 0 };
        }
        match &entry.content {
            Content::Event(index) => {
                let Some(events) = batch.events(entry.partition) else { continue };
                source.route(events, *index, &mut |delivery| {
                    give((source, entry.partition), DeliveryContent::Event(*index), delivery, place);
                    place.nth += 1;
                });
            }
            // Another view handles it.
            Content::Unreadable(_, unreadable)
                if (source.kind().is_unhandled)(&unreadable.name, unreadable.schema_version) => {}
            Content::Unreadable(id, unreadable) => {
                let delivery = if unreadable.is_unknown { None } else { source.unreadable(*id) };
                let error = Arc::clone(&unreadable.error);
                let Some(delivery) = delivery else { return Err(StopReason::Unreadable(error)) };
                let place = DeliveryPlace { nth: DeliveryPlace::ALL, ..place };
                give((source, entry.partition), DeliveryContent::Unreadable(error), delivery, place);
            }
        }
    }
    Ok(())
}
