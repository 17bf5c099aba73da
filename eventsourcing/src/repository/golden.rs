//! Stored samples of events, read and folded.

use std::panic::{AssertUnwindSafe, catch_unwind};

use uuid::Uuid;

use crate::aggregate::{Aggregate, Id, replayed};
use crate::error::with_sources;
use crate::event::Recorded;
use crate::log;
use crate::repository::fold;
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
    let mut state = State::<A>::default();
    for event in decode::<A>(sample.payload)? {
        let again = event.clone();
        // Whether it creates one or not.
        let _ = caught(|| replayed(Id::<A>::from(Uuid::nil()), again))?;
        if state.aggregate.is_none() {
            state.aggregate = samples.iter().find_map(created::<A>);
        }
        state.aggregate.as_ref().ok_or("no sample creates an aggregate to apply it to")?;
        state.apply(event)?;
    }
    Ok(())
}

/// Applies the events before a sample, of which the first creates the aggregate, and then the sample.
fn in_turn<A: Aggregate>(sample: &Sample<'_>) -> Result<(), String> {
    let mut state = State::<A>::default();
    for (line, before) in (1..).zip(&sample.after) {
        let wrong = |why: String| format!("in line {line} of what is before it, event `{}`: {why}", before.name);
        for event in decode::<A>(*before).map_err(wrong)? {
            state.apply(event).map_err(wrong)?;
        }
    }
    decode::<A>(sample.payload)?.into_iter().try_for_each(|event| state.apply(event))
}

/// What the events so far have made.
struct State<A> {
    aggregate: Option<A>,
    /// Whether it is discarded, once there are events.
    discards: Option<bool>,
}

impl<A> Default for State<A> {
    fn default() -> Self {
        Self { aggregate: None, discards: None }
    }
}

impl<A: Aggregate> State<A> {
    fn apply(&mut self, event: A::Event) -> Result<(), String> {
        let applied = caught(|| fold::apply(Id::from(Uuid::nil()), &mut self.aggregate, event, &mut self.discards))?;
        applied.map_err(|unfolded| unfolded.why().to_owned())
    }
}

fn caught<T>(mutator: impl FnOnce() -> T) -> Result<T, String> {
    let why = "its mutator panics on the sample; write a payload that can happen in its place, or what happened before it, oldest first, as \
               lines `after Name 1 {..}` above it";
    catch_unwind(AssertUnwindSafe(mutator)).map_err(|_| why.to_owned())
}

/// The aggregate that a sample creates, if it does.
fn created<A: Aggregate>(sample: &Sample<'_>) -> Option<A> {
    let first = decode::<A>(sample.payload).ok()?.into_iter().next()?;
    caught(|| replayed(Id::from(Uuid::nil()), first)).ok()?.ok()
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

#[cfg(test)]
mod tests {
    use super::{Payload, Sample, fold};
    use crate::aggregate::{Aggregate, Apply, Root, RootAccess};
    use crate::event::{Event, EventKind};

    /// Whose fold knows no second creating event, as none comes but after an end.
    #[derive(Debug)]
    struct Seat {
        root: Root<Self>,
    }

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    enum SeatEvent {
        Taken,
        Left,
    }

    impl Event for SeatEvent {
        const KINDS: &'static [EventKind] = &[EventKind::new("Taken").revives(), EventKind::new("Left").discards()];

        fn kind(&self) -> &'static EventKind {
            match self {
                Self::Taken => &Self::KINDS[0],
                Self::Left => &Self::KINDS[1],
            }
        }
    }

    impl Apply for Seat {
        type Event = SeatEvent;

        fn create(event: SeatEvent) -> Option<Self> {
            matches!(event, SeatEvent::Taken).then(|| Self { root: Root::new() })
        }

        fn apply(&mut self, event: SeatEvent) {
            assert!(matches!(event, SeatEvent::Left));
        }
    }

    impl Aggregate for Seat {
        const NAME: &'static str = "seat";

        fn root(&self) -> &Root<Self> {
            &self.root
        }

        fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
            &mut self.root
        }
    }

    #[test]
    fn an_aggregate_that_was_discarded_is_created_again() {
        let payload = |name| Payload { name, version: 1, json: "{}" };
        let after = |before: &[&'static str], name| {
            fold::<Seat>(&[Sample { payload: payload(name), after: before.iter().map(|name| payload(name)).collect() }])
        };
        assert_eq!(after(&["Taken", "Left"], "Taken"), [""; 0]);
        assert_eq!(after(&["Taken", "Left", "Taken"], "Left"), [""; 0]);
        assert!(after(&["Taken"], "Taken").concat().contains("its mutator panics"));
    }
}
