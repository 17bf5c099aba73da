//! A page of the log, as a process reads it: deliveries of events, and what the journals say.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use uuid::Uuid;

use crate::aggregate::Journaled as _;
use crate::codec::JournalEvent;
use crate::error::{LoadError, ProcessStop, ReadError, SubscriptionError, panic_message};
use crate::process::delivery::{Delivery, deliveries};
use crate::process::journal;
use crate::process::{Clock, Process};
use crate::store::{EventStore, LogRead, StoredEvent, from_micros};
use crate::stream::Position;

/// The most events of a page.
const PAGE: usize = 1_024;

/// The same where all journals are read.
pub(super) const LARGE_PAGE: usize = 16 * PAGE;

/// What a process reads.
pub(super) struct LogPage<P: Process> {
    pub(super) found: Vec<Found<P>>,
    pub(super) reached: Position,
    pub(super) more: bool,
    /// Why it ends where it does.
    pub(super) refused: Option<ProcessStop>,
}

pub(super) enum Found<P: Process> {
    Delivery(Delivery<P>),
    Journal { instance: Uuid, event: JournalEvent, position: Position, recorded_at: SystemTime },
}

/// What is read next, and when.
pub(super) struct Read<P: Process> {
    pub(super) page: LogPage<P>,
    /// What time it was before.
    pub(super) at: SystemTime,
    /// Where the log ended after that and what time it was then, if this was to be found out.
    pub(super) end: Option<(Position, SystemTime)>,
}

/// Reads a page of all that a process follows, and finds the end of the log if there is more.
pub(super) async fn read_next<P: Process>(
    store: &dyn EventStore,
    clock: &dyn Clock,
    after: Position,
    indexed: Position,
    finds_end: bool,
) -> Read<P> {
    let mut aggregates: Vec<&'static str> = P::SOURCES.iter().map(|source| source.aggregate).collect();
    aggregates.push(P::JOURNAL);
    let at = clock.now();
    let page = read::<P>(store, &aggregates, after, indexed, PAGE).await;
    let mut end = None;
    if finds_end && page.more {
        let now = clock.now();
        end = store.head().await.ok().map(|end| (end, now));
    }
    Read { page, at, end }
}

/// Reads a page of the events of these aggregates after a position: up to its end, or to what cannot be read. What the journals say up to `indexed` is
/// known.
pub(super) async fn read<P: Process>(
    store: &dyn EventStore,
    aggregates: &[&'static str],
    after: Position,
    indexed: Position,
    limit: usize,
) -> LogPage<P> {
    let (mut found, mut before, mut refused) = (Vec::new(), after, None);
    let mut visit = |stored: StoredEvent<'_>| match visit_event(&stored, indexed, &mut found) {
        Ok(()) => {
            before = stored.position;
            ControlFlow::Continue(())
        }
        Err(why) => {
            refused = Some(why);
            ControlFlow::Break(())
        }
    };
    let read = LogRead::after(after).aggregates(aggregates.iter().copied()).limit(limit).never_waits();
    let page = store.read_log(read, &mut visit).await;
    match (refused, page) {
        (None, Ok(page)) => LogPage { found, reached: page.reached, more: page.more, refused: None },
        (Some(why), _) => LogPage { found, reached: before, more: true, refused: Some(why) },
        (None, Err(error)) => LogPage { found, reached: before, more: true, refused: Some(unreadable(error)) },
    }
}

fn visit_event<P: Process>(
    stored: &StoredEvent<'_>,
    indexed: Position,
    found: &mut Vec<Found<P>>,
) -> Result<(), ProcessStop> {
    if stored.stream.aggregate() == P::JOURNAL {
        if stored.position <= indexed {
            return Ok(());
        }
        let event = journal::decode(stored).map_err(ProcessStop::Unreadable)?;
        let (instance, recorded_at) = (stored.stream.id(), from_micros(stored.recorded_at));
        found.push(Found::Journal { instance, event, position: stored.position, recorded_at });
        return Ok(());
    }
    let routed = catch_unwind(AssertUnwindSafe(|| deliveries(stored)));
    let routed = routed.map_err(|panic| ProcessStop::Panicked { message: panic_message(&*panic) })?;
    found.extend(routed.map_err(ProcessStop::Unreadable)?.into_iter().map(Found::Delivery));
    Ok(())
}

fn unreadable(error: ReadError) -> ProcessStop {
    LoadError::Read(error).of_store().map_or_else(ProcessStop::Store, ProcessStop::Unreadable)
}

/// Why a process does not go on whose checkpoint cannot be checked, or found.
pub(super) fn unchecked(error: SubscriptionError) -> ProcessStop {
    if let SubscriptionError::Log(error) = error { unreadable(error) } else { ProcessStop::Checkpoint(error) }
}
