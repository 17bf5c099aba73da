//! Which deliveries a batch has for a projection in SQL, in order, and how one is made.

use std::sync::Arc;

use rusqlite::Connection;

use crate::error::StopReason;
use crate::stream::Position;
use crate::view::batch::Content;
use crate::view::sql::guard::{Fault, Guard};
use crate::view::sql::{SqlKey, SqlProjection, SqlSource};
use crate::view::{Batch, Place};

/// One delivery.
pub(super) struct Planned<P: SqlProjection> {
    source: &'static SqlSource<P>,
    lane: usize,
    event: usize,
    handler: u16,
    pub(super) key: Option<SqlKey>,
    pub(super) place: Place,
}

/// The deliveries of the events after a position.
///
/// # Errors
///
/// [`StopReason::Unreadable`] at an event that cannot be read: what it would have changed is not known.
pub(super) fn plan<P: SqlProjection>(
    batch: &Batch,
    lanes: &[usize],
    after: Position,
) -> Result<Vec<Planned<P>>, StopReason> {
    let mut plan = Vec::with_capacity(batch.entries().len());
    let mut place = Place { position: after, nth: 0 };
    for (source, entry) in batch.entries_in(lanes, (after, Position::new(u64::MAX))) {
        let Some(source) = P::SOURCES.get(source) else { continue };
        if entry.position != place.position {
            place = Place { position: entry.position, nth: 0 };
        }
        match &entry.content {
            Content::Event(event) => {
                let Some(events) = batch.events(entry.lane) else { continue };
                (source.route)(events, *event, &mut |delivery| {
                    let (handler, key) = (delivery.handler, delivery.key);
                    plan.push(Planned { source, lane: entry.lane, event: *event, handler, key, place });
                    place.nth += 1;
                });
            }
            Content::Unreadable(_, unreadable) => {
                return Err(StopReason::Unreadable(Arc::clone(&unreadable.error)));
            }
        }
    }
    Ok(plan)
}

impl<P: SqlProjection> Planned<P> {
    /// Makes it, in the transaction at hand.
    pub(super) fn run(&self, batch: &Batch, guard: &Guard, connection: &Connection) -> Result<(), Fault> {
        let Some(events) = batch.events(self.lane) else { return Ok(()) };
        guard.run(connection, |tx| (self.source.run)(self.handler, tx, events, self.event))
    }
}
