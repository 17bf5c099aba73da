//! What an instance is given: an event, or a timer that is due.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use foldhash::fast::RandomState;
use uuid::Uuid;

use crate::aggregate::Id;
use crate::codec::DeliveryId;
use crate::error::LoadError;
use crate::event::Metadata;
use crate::process::definition::Cause;
use crate::process::journal::{TimerSet, Waiting};
use crate::process::{Mode, Process, To};
use crate::store::{EventStore, LogRead, StoredEvent};
use crate::stream::Position;

/// The longest correlation id that is carried on, in bytes: with all that a reaction says beside it, it has room in the metadata of every store.
const CORRELATION: usize = 8 << 10;

/// An event for one handler of one instance.
pub(super) struct Delivery<P: Process> {
    pub(super) id: DeliveryId,
    pub(super) cause: Arc<dyn Cause<P>>,
    pub(super) to: To<P>,
}

/// What an instance is given.
pub(super) enum Given<P: Process> {
    Event(Delivery<P>),
    Timer(String, TimerSet),
}

impl<P: Process> Given<P> {
    /// The name of the timer, if it is one.
    pub(super) fn timer(&self) -> Option<String> {
        match self {
            Self::Event(_) => None,
            Self::Timer(name, _) => Some(name.clone()),
        }
    }

    /// When the timer was due, if it is one, in microseconds since 1970 UTC.
    pub(super) const fn due(&self) -> Option<i64> {
        match self {
            Self::Event(_) => None,
            Self::Timer(_, timer) => Some(timer.due),
        }
    }

    /// Whether the instance is to be there.
    pub(super) const fn mode(&self) -> Mode {
        match self {
            Self::Event(delivery) => delivery.to.mode,
            Self::Timer(..) => Mode::Continues,
        }
    }

    /// Whether it is what was parked.
    pub(super) fn is(&self, waiting: &Waiting) -> bool {
        match (self, waiting) {
            (Self::Event(delivery), Waiting::Event(id)) => delivery.id == *id,
            (Self::Timer(name, timer), Waiting::Timer(other, set)) => (name, timer) == (other, set),
            (Self::Event(_), Waiting::Timer(..)) | (Self::Timer(..), Waiting::Event(_)) => false,
        }
    }

    /// The idempotency key of a delivery.
    pub(super) fn key(&self, instance: Uuid) -> String {
        let process = P::NAME;
        match self {
            Self::Event(Delivery { id, .. }) => format!("{process}/{instance}/{}/{}", id.cause, id.nth),
            Self::Timer(name, timer) => format!("{process}/{instance}/{}/{name}", timer.set_at),
        }
    }

    /// What is stored beside the events of the reaction: that the process has acted, the request that it is part of, which is the cause itself if that
    /// says none or one that is too long, and the cause.
    pub(super) fn metadata(&self) -> Metadata {
        let (position, correlation) = match self {
            Self::Event(delivery) => (delivery.id.cause, delivery.cause.metadata().correlation_id()),
            Self::Timer(_, timer) => (timer.set_at, timer.correlation.as_deref()),
        };
        let cause = position.to_string();
        let correlation = correlation.filter(|id| id.len() <= CORRELATION);
        let metadata = Metadata::new().with_actor(actor::<P>());
        metadata.with_correlation_id(correlation.unwrap_or(&cause)).with_causation_id(cause.clone())
    }
}

/// Who has acted, in metadata.
pub(super) fn actor<P: Process>() -> String {
    format!("process {}", P::NAME)
}

/// The deliveries of a stored event. Those of each instance have numbers of their own: a release that has the event handled by more instances
/// leaves them as they are.
pub(super) fn deliveries<P: Process>(stored: &StoredEvent<'_>) -> Result<Vec<Delivery<P>>, LoadError> {
    let (mut deliveries, mut next) = (Vec::new(), HashMap::<Uuid, u16, RandomState>::default());
    for source in P::SOURCES.iter().filter(|source| source.aggregate == stored.stream.aggregate()) {
        for cause in source.read(stored)? {
            cause.route(&mut |to| {
                let nth = next.entry(to.instance.as_uuid()).or_default();
                let id = DeliveryId { cause: stored.position, nth: *nth };
                *nth = nth.saturating_add(1);
                deliveries.push(Delivery { id, cause: Arc::clone(&cause), to });
            });
        }
    }
    Ok(deliveries)
}

/// Reads a delivery to an instance again; none if the process makes no such delivery any more.
pub(super) async fn read_again<P: Process>(
    store: &dyn EventStore,
    instance: Id<P>,
    id: DeliveryId,
) -> Result<Option<Delivery<P>>, LoadError> {
    let mut found = Ok(Vec::new());
    let mut visit = |stored: StoredEvent<'_>| {
        if stored.position == id.cause {
            found = deliveries(&stored);
        }
        ControlFlow::Break(())
    };
    let read = LogRead::after(Position::previous(id.cause)).limit(1).never_waits();
    store.read_log(read, &mut visit).await?;
    Ok(found?.into_iter().find(|delivery| delivery.to.instance == instance && delivery.id == id))
}
