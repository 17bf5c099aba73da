//! Which deliveries a batch has for a projection in SQL, in order, and how one is made.

use std::sync::Arc;

use rusqlite::Connection;

use crate::error::{LoadError, StopReason};
use crate::stream::Position;
use crate::view::batch::Content;
use crate::view::sql::guard::{Fault, Guard};
use crate::view::sql::{SqlKey, SqlProjection, SqlSource};
use crate::view::{Batch, Place};

/// One delivery.
pub(super) struct Planned<P: SqlProjection> {
    source: &'static SqlSource<P>,
    lane: usize,
    what: What,
    pub(super) key: Option<SqlKey>,
    pub(super) place: Place,
}

enum What {
    /// The event of this index in the lane, to this handler.
    Event(usize, u16),
    /// An event that cannot be read, for this reason.
    Unreadable(Arc<LoadError>),
}

/// The deliveries of the events after a position and up to another.
///
/// # Errors
///
/// [`StopReason::Unreadable`] at an event of which it is not known what it would change, or that a later release stored.
pub(super) fn plan<P: SqlProjection>(
    batch: &Batch,
    lanes: &[usize],
    (after, up_to): (Position, Position),
) -> Result<Vec<Planned<P>>, StopReason> {
    let mut plan = Vec::with_capacity(batch.entries().len());
    let mut place = Place { position: after, nth: 0 };
    for (source, entry) in batch.entries_in(lanes, (after, up_to)) {
        let Some(source) = P::SOURCES.get(source) else { continue };
        if entry.position != place.position {
            place = Place { position: entry.position, nth: 0 };
        }
        match &entry.content {
            Content::Event(event) => {
                let Some(events) = batch.events(entry.lane) else { continue };
                (source.route)(events, *event, &mut |delivery| {
                    let (what, key) = (What::Event(*event, delivery.handler), delivery.key);
                    plan.push(Planned { source, lane: entry.lane, what, key, place });
                    place.nth += 1;
                });
            }
            // Another view handles it.
            Content::Unreadable(_, unreadable)
                if (source.kind.is_unhandled)(&unreadable.name, unreadable.schema_version) => {}
            Content::Unreadable(id, unreadable) => {
                let Some(own_key) = source.own_key.filter(|_| !unreadable.is_unknown) else {
                    return Err(StopReason::Unreadable(Arc::clone(&unreadable.error)));
                };
                let (what, key) = (What::Unreadable(Arc::clone(&unreadable.error)), Some(own_key(*id)));
                let place = Place { nth: Place::ALL, ..place };
                plan.push(Planned { source, lane: entry.lane, what, key, place });
            }
        }
    }
    Ok(plan)
}

impl<P: SqlProjection> Planned<P> {
    /// Makes it, in the transaction at hand.
    pub(super) fn run(&self, batch: &Batch, guard: &Guard, connection: &Connection) -> Result<(), Fault> {
        let (event, handler) = match &self.what {
            What::Event(event, handler) => (*event, *handler),
            What::Unreadable(error) => return Err(Fault::Handler(error.to_string())),
        };
        let Some(events) = batch.events(self.lane) else { return Ok(()) };
        guard.run(connection, |tx| (self.source.run)(handler, tx, events, event))
    }
}
