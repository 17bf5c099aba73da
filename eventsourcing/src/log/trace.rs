//! What one request has led to.

use std::fmt;
use std::time::SystemTime;

use crate::error::LoadError;
use crate::event::{Metadata, Recorded};
use crate::log::decode::recorded;
use crate::log::{LogEvent, LogReader};
use crate::store::StoredEvent;
use crate::stream::Position;

/// What one request has led to, as a tree: its own commits, and under each what processes have done because of it.
///
/// [`Application::trace`](crate::Application::trace) gives it. It is shown with a line for each event, indented under what caused it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace<E> {
    /// The commits that no event of the trace has caused, in the order of the log.
    pub steps: Vec<TraceStep<E>>,
}

/// A commit of a [`Trace`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TraceStep<E> {
    /// Its events; none if a process has set or cancelled timers alone.
    pub events: Vec<TracedEvent<E>>,
    /// What it has led to, in the order of the log.
    pub caused: Vec<TraceStep<E>>,
}

/// An event of a [`Trace`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TracedEvent<E> {
    /// Its stored name.
    pub name: String,
    /// The event, and what is recorded beside it.
    pub recorded: Recorded<LogEvent<E>>,
}

/// A commit whose place in the tree is not known yet.
struct Step<E> {
    events: Vec<TracedEvent<E>>,
    first: Position,
    last: Position,
    recorded_at: SystemTime,
    metadata: Metadata,
    /// Whether its last event was read, as far as that is known.
    is_whole: bool,
}

impl<E: Send> LogReader<E> {
    pub(crate) async fn trace(mut self, correlation_id: &str) -> Result<Trace<E>, LoadError> {
        let (on_unknown, source, mut steps) = (self.on_unknown, self.source, Vec::new());
        let own = (source.own_streams)();
        self.read = self.read.clone().aggregates(own.iter().copied());
        let mut visit = |stored: &StoredEvent<'_>| {
            let is_root = stored.position.to_string() == correlation_id;
            if !is_root && !may_name(stored.metadata, correlation_id) {
                return Ok::<_, LoadError>(());
            }
            let beside = recorded(stored, stored.stream.clone(), ())?;
            if !is_root && beside.metadata.correlation_id() != Some(correlation_id) {
                return Ok(());
            }
            let mut events = Vec::new();
            let is_own = own.contains(&stored.stream.aggregate());
            if !is_own {
                (source.read)(stored, on_unknown, &mut events)?;
            }
            let name = || stored.name.to_owned();
            let events = events.into_iter().map(|recorded| TracedEvent { name: name(), recorded });
            add(&mut steps, beside, events, stored.stream.is_journal());
            Ok(())
        };
        while self.page(true, &mut visit).await? {}
        Ok(Trace { steps: tree(steps) })
    }
}

/// Whether metadata may say that it is of this request: most does not, and need not be decoded for that.
fn may_name(metadata: Option<&[u8]>, correlation_id: &str) -> bool {
    let is_plain = correlation_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_.:/".contains(&byte));
    let text = metadata.and_then(|metadata| std::str::from_utf8(metadata).ok());
    text.is_some_and(|text| !is_plain || text.contains(correlation_id))
}

/// Adds events to the commit that they are of: that of the event before, or the next one. A journal's event is the last of its commit.
fn add<E>(
    steps: &mut Vec<Step<E>>,
    beside: Recorded<()>,
    events: impl Iterator<Item = TracedEvent<E>>,
    is_journal: bool,
) {
    let is_same = |step: &&mut Step<E>| {
        let follows = !step.is_whole && step.last.next() == beside.position;
        follows && step.recorded_at == beside.recorded_at && step.metadata == beside.metadata
    };
    if let Some(step) = steps.last_mut().filter(is_same) {
        step.events.extend(events);
        (step.last, step.is_whole) = (beside.position, is_journal);
    } else {
        let (first, recorded_at, metadata) = (beside.position, beside.recorded_at, beside.metadata);
        steps.push(Step { events: events.collect(), first, last: first, recorded_at, metadata, is_whole: is_journal });
    }
}

/// Puts each commit under the one that has caused it.
fn tree<E>(steps: Vec<Step<E>>) -> Vec<TraceStep<E>> {
    let places: Vec<Option<usize>> = steps.iter().enumerate().map(|(index, step)| cause(&steps, index, step)).collect();
    let (mut roots, mut led_to): (Vec<_>, Vec<_>) = (Vec::new(), places.iter().map(|_| Vec::new()).collect());
    // What is caused comes later in the log: each has all that it has led to when its turn comes.
    for (step, place) in steps.into_iter().zip(places).rev() {
        let mut caused = led_to.pop().unwrap_or_default();
        caused.reverse();
        let step = TraceStep { events: step.events, caused };
        match place.and_then(|place| led_to.get_mut(place)) {
            Some(of_cause) => of_cause.push(step),
            None => roots.push(step),
        }
    }
    roots.reverse();
    roots
}

/// The commit before this one that it says has caused it.
fn cause<E>(steps: &[Step<E>], index: usize, step: &Step<E>) -> Option<usize> {
    let caused_by = Position::new(step.metadata.causation_id()?.parse().ok()?);
    let before = steps.partition_point(|other| other.last < caused_by);
    steps.get(before).filter(|other| before < index && other.first <= caused_by).map(|_| before)
}

impl<E> fmt::Display for Trace<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| step.show(f, 0))
    }
}

impl<E> TraceStep<E> {
    fn show(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let indent = depth * 2;
        if self.events.is_empty() {
            writeln!(f, "{:indent$}(timers)", "")?;
        }
        for TracedEvent { name, recorded } in &self.events {
            write!(f, "{:indent$}{} {} {name}", "", recorded.position, recorded.stream)?;
            match recorded.metadata.actor() {
                Some(actor) => writeln!(f, " by {actor}")?,
                None => writeln!(f)?,
            }
        }
        self.caused.iter().try_for_each(|step| step.show(f, depth + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_reactions_to_one_event_that_are_stored_at_once_are_two_steps() {
        let mut steps = Vec::<Step<()>>::new();
        // Two events each, the second of which is that of the journal.
        for position in 1..=4 {
            let beside = Recorded { position: Position::new(position), ..Recorded::stand_in() };
            add(&mut steps, beside, [].into_iter(), position % 2 == 0);
        }
        let ends: Vec<_> = steps.iter().map(|step| (step.first.get(), step.last.get())).collect();
        assert_eq!(ends, [(1, 2), (3, 4)]);
    }
}
