//! Which deliveries a batch has for a projection in SQL, in order, and how one is made.

use rusqlite::Connection;

use crate::error::StopReason;
use crate::stream::Position;
use crate::view::deliveries::{self, DeliveryContent};
use crate::view::sql::guard::{Fault, Guard};
use crate::view::sql::{SqlKey, SqlProjection, SqlSource};
use crate::view::{Batch, DeliveryPlace};

/// One delivery.
pub(super) struct Planned<P: SqlProjection> {
    source: &'static SqlSource<P>,
    partition: usize,
    of: DeliveryContent,
    handler: u16,
    pub(super) key: Option<SqlKey>,
    pub(super) place: DeliveryPlace,
}

/// The deliveries of the events after a position and up to another.
///
/// # Errors
///
/// [`StopReason::Unreadable`] at an event of which it is not known what it would change, or that a later release stored.
pub(super) fn plan<P: SqlProjection>(
    batch: &Batch,
    partitions: &[usize],
    range: (Position, Position),
) -> Result<Vec<Planned<P>>, StopReason> {
    let mut plan = Vec::with_capacity(batch.entries().len());
    deliveries::each(batch, partitions, P::SOURCES, range, |(source, partition), of, delivery, place| {
        plan.push(Planned { source, partition, of, handler: delivery.handler, key: delivery.key, place });
    })?;
    Ok(plan)
}

impl<P: SqlProjection> Planned<P> {
    /// Makes it, in the transaction at hand.
    pub(super) fn run(&self, batch: &Batch, guard: &Guard, connection: &Connection) -> Result<(), Fault> {
        let event = match &self.of {
            DeliveryContent::Event(event) => *event,
            DeliveryContent::Unreadable(error) => return Err(Fault::Handler(error.to_string())),
        };
        let Some(events) = batch.events(self.partition) else { return Ok(()) };
        guard.run(connection, |tx| (self.source.run)(self.handler, tx, events, event))
    }
}
