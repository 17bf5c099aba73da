//! What one request has led to.

use std::fmt;
use std::mem::take;
use std::time::SystemTime;

use crate::error::LoadError;
use crate::event::{Metadata, Recorded};
use crate::log::decode::recorded;
use crate::log::{LogEvent, LogReader, NamedEvent};
use crate::store::StoredEvent;
use crate::stream::Position;

/// What one request has led to, as a tree: its own commits, and under each what processes have done because of it.
///
/// [`Application::trace`](crate::Application::trace) gives it. It is shown with a line for each event, indented under what caused it, up to a depth of 50.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace<E> {
    /// Each commit, before those that it has caused, as in a table of contents, so that no tree is too deep for a stack. Those of one cause
    /// are in the order of the log.
    pub steps: Vec<TraceStep<E>>,
}

/// A commit of a [`Trace`]; or several of the same metadata that stand side by side in the log, where the store has recorded them at one moment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TraceStep<E> {
    /// How many commits have led to it, each by the next: 0 of one that no event of the trace has caused. The step that has caused this one is the last
    /// one before it of a smaller depth.
    pub depth: usize,
    /// Its events; none if the commit has nothing but what the journal of a process notes: timers that it set or cancelled, a delivery that it parked, or
    /// one that was for an instance that has ended.
    pub events: Vec<Recorded<LogEvent<E>>>,
}

/// How deep a step is shown at most: the text of a long chain would be as large as the square of its length.
const DEEPEST: usize = 50;

/// A commit whose place in the tree is not known yet.
struct Step<E> {
    events: Vec<Recorded<LogEvent<E>>>,
    first: Position,
    last: Position,
    recorded_at: SystemTime,
    metadata: Metadata,
    /// What its last event is.
    ends_with: Part,
}

/// What an event is in its commit, in which these stand in this order.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Event,
    /// The one event of a journal.
    Journal,
    Claim,
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
            let part = match own.contains(&stored.stream.aggregate()) {
                false => Part::Event,
                true if stored.stream.is_journal() => Part::Journal,
                true => Part::Claim,
            };
            if part == Part::Event {
                (source.read)(stored, on_unknown, &mut events)?;
            }
            add(&mut steps, beside, events, part);
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

/// Adds events to the commit that they are of: that of the event before, or the next one.
fn add<E>(steps: &mut Vec<Step<E>>, beside: Recorded<()>, events: Vec<Recorded<LogEvent<E>>>, part: Part) {
    let is_same = |step: &&mut Step<E>| {
        let follows = step.last.next() == beside.position && (step.ends_with == Part::Event || part == Part::Claim);
        follows && step.recorded_at == beside.recorded_at && step.metadata == beside.metadata
    };
    if let Some(step) = steps.last_mut().filter(is_same) {
        step.events.extend(events);
        (step.last, step.ends_with) = (beside.position, part);
    } else {
        let (first, recorded_at, metadata) = (beside.position, beside.recorded_at, beside.metadata);
        steps.push(Step { events, first, last: first, recorded_at, metadata, ends_with: part });
    }
}

/// Orders the commits depth first: each behind its cause, and behind all that its earlier siblings have led to.
fn tree<E>(steps: Vec<Step<E>>) -> Vec<TraceStep<E>> {
    let (mut roots, mut caused) = (Vec::new(), vec![Vec::new(); steps.len()]);
    for (index, step) in steps.iter().enumerate() {
        let cause = cause(&steps, index, step);
        cause.and_then(|cause| caused.get_mut(cause)).unwrap_or(&mut roots).push(index);
    }
    let mut steps: Vec<_> = steps.into_iter().zip(caused).collect();
    let (mut tree, mut next) = (Vec::new(), vec![(0, roots.into_iter())]);
    while let Some((depth, indexes)) = next.last_mut() {
        let depth = *depth;
        match indexes.next().and_then(|index| steps.get_mut(index)) {
            Some((step, caused)) => {
                tree.push(TraceStep { depth, events: take(&mut step.events) });
                next.push((depth + 1, take(caused).into_iter()));
            }
            None => drop(next.pop()),
        }
    }
    tree
}

/// The commit before this one that it says has caused it.
fn cause<E>(steps: &[Step<E>], index: usize, step: &Step<E>) -> Option<usize> {
    let caused_by = Position::new(step.metadata.causation_id()?.parse().ok()?);
    let before = steps.partition_point(|other| other.last < caused_by);
    steps.get(before).filter(|other| before < index && other.first <= caused_by).map(|_| before)
}

impl<E: NamedEvent> fmt::Display for Trace<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for TraceStep { depth, events } in &self.steps {
            let indent = depth.min(&DEEPEST) * 2;
            if events.is_empty() {
                writeln!(f, "{:indent$}(a process has noted something)", "")?;
            }
            for recorded in events {
                write!(f, "{:indent$}{} {} {}", "", recorded.position, recorded.stream, recorded.event.name())?;
                match recorded.metadata.actor() {
                    Some(actor) => writeln!(f, " by {actor}")?,
                    None => writeln!(f)?,
                }
            }
        }
        Ok(())
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
            let part = if position % 2 == 0 { Part::Journal } else { Part::Event };
            add(&mut steps, beside, Vec::new(), part);
        }
        let ends: Vec<_> = steps.iter().map(|step| (step.first.get(), step.last.get())).collect();
        assert_eq!(ends, [(1, 2), (3, 4)]);
    }

    #[test]
    fn claims_are_of_the_commit_that_they_end() {
        let mut steps = Vec::<Step<()>>::new();
        for (position, part) in (1..).zip([Part::Event, Part::Journal, Part::Claim, Part::Claim, Part::Event]) {
            let beside = Recorded { position: Position::new(position), ..Recorded::stand_in() };
            add(&mut steps, beside, Vec::new(), part);
        }
        let ends: Vec<_> = steps.iter().map(|step| (step.first.get(), step.last.get())).collect();
        assert_eq!(ends, [(1, 4), (5, 5)]);
    }

    /// A process that answers itself makes a chain as long as the log.
    #[test]
    fn a_tree_may_be_as_deep_as_the_log_is_long() {
        let mut steps = Vec::<Step<()>>::new();
        for position in 1..=200_000_u64 {
            let metadata = Metadata::new().with_causation_id((position - 1).to_string());
            let beside = Recorded { position: Position::new(position), metadata, ..Recorded::stand_in() };
            add(&mut steps, beside, Vec::new(), Part::Journal);
        }
        let tree = tree(steps);
        assert!(tree.iter().map(|step| step.depth).eq(0..200_000));
    }

    #[test]
    fn what_a_commit_has_led_to_stands_behind_it_before_its_siblings() {
        let mut steps = Vec::<Step<()>>::new();
        for cause in [0, 1, 1, 2, 0, 3, 5] {
            let position = Position::new(steps.len() as u64 + 1);
            let metadata = Metadata::new().with_causation_id(cause.to_string());
            add(&mut steps, Recorded { position, metadata, ..Recorded::stand_in() }, Vec::new(), Part::Journal);
        }
        let depths: Vec<_> = tree(steps).iter().map(|step| step.depth).collect();
        assert_eq!(depths, [0, 1, 2, 1, 2, 0, 1]);
    }
}
