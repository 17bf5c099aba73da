//! Stored samples of events, read and folded.

use std::panic::{AssertUnwindSafe, catch_unwind};

use uuid::Uuid;

use crate::aggregate::{Aggregate, Id, replayed};
use crate::error::with_sources;
use crate::event::Recorded;
use crate::log;
use crate::store::StoredEvent;

/// A payload as some release stored it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: u32,
    pub(crate) json: &'a str,
}

/// A payload that is to be read, and what happened before it, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Sample<'a> {
    pub(crate) payload: Payload<'a>,
    pub(crate) after: Vec<Payload<'a>>,
}

/// Reads each sample and applies what is left of it to an aggregate that events before it made; says what went wrong.
pub(crate) fn fold<A: Aggregate>(samples: &[Sample<'_>]) -> Vec<String> {
    let mut failures = Vec::new();
    for sample in samples {
        let Payload { name, version, .. } = sample.payload;
        let fails = |why: &str| format!("event `{name}` version {version} of {}: {why}", A::NAME);
        let folded = if sample.after.is_empty() { alone::<A>(samples, sample) } else { in_turn::<A>(sample) };
        failures.extend(folded.err().map(|why| fails(&why)));
    }
    failures
}

/// Applies a sample to an aggregate that was just created, and creates one by it if it can.
fn alone<A: Aggregate>(samples: &[Sample<'_>], sample: &Sample<'_>) -> Result<(), String> {
    // One of its own for each, so that a sample does not depend on those before it.
    let mut aggregate: Option<A> = None;
    for event in decode::<A>(sample.payload)? {
        let again = event.clone();
        caught(|| replayed(Id::<A>::from(Uuid::nil()), again))?;
        let created = aggregate.or_else(|| samples.iter().find_map(created::<A>));
        aggregate = apply(Some(created.ok_or("no sample creates an aggregate to apply it to")?), event)?;
    }
    Ok(())
}

/// Applies the events before a sample, of which the first creates the aggregate, and then the sample.
fn in_turn<A: Aggregate>(sample: &Sample<'_>) -> Result<(), String> {
    let mut state: Option<A> = None;
    for (line, before) in (1..).zip(&sample.after) {
        let wrong = |why: String| format!("in line {line} of what is before it, event `{}`: {why}", before.name);
        for event in decode::<A>(*before).map_err(wrong)? {
            state = apply(state, event).map_err(wrong)?;
        }
    }
    for event in decode::<A>(sample.payload)? {
        state = apply(state, event)?;
    }
    Ok(())
}

fn apply<A: Aggregate>(state: Option<A>, event: A::Event) -> Result<Option<A>, String> {
    caught(|| match state {
        Some(mut aggregate) => {
            aggregate.apply(event);
            Some(aggregate)
        }
        None => replayed(Id::from(Uuid::nil()), event),
    })?
    .map_or_else(
        || Err("it does not create the aggregate, and nothing before it has".to_owned()),
        |state| Ok(Some(state)),
    )
}

fn caught<T>(mutator: impl FnOnce() -> T) -> Result<T, String> {
    let why = "its mutator panics on the sample; write a payload that can happen in its place, or what happened before it, oldest first, as \
               lines `after Name 1 {..}` above it";
    catch_unwind(AssertUnwindSafe(mutator)).map_err(|_| why.to_owned())
}

/// The aggregate that a sample creates, if it does.
fn created<A: Aggregate>(sample: &Sample<'_>) -> Option<A> {
    let first = decode::<A>(sample.payload).ok()?.into_iter().next()?;
    caught(|| replayed(Id::from(Uuid::nil()), first)).ok()?
}

fn decode<A: Aggregate>(sample: Payload<'_>) -> Result<Vec<A::Event>, String> {
    let Recorded { stream, version, position, .. } = Recorded::stand_in();
    let stored = StoredEvent {
        position,
        stream: &stream,
        version,
        name: sample.name,
        schema_version: sample.version,
        payload: sample.json.as_bytes(),
        metadata: None,
        recorded_at: 0,
    };
    let mut events = Vec::new();
    log::decode_each(&stored, &mut |event| events.push(event)).map_err(|error| with_sources(&error))?;
    Ok(events)
}
