//! What must come of what happened.

#![expect(clippy::panic, reason = "a test fails by a panic")]
#![expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::ProcessWhen;
use super::difference::{events_between, events_listed, parked_listed, time, timers_listed};
use super::outcome::{Outcome, event_line};
use super::play::{Plays, Step};
use crate::process::{InstanceOf, Process};
use crate::store::micros;
use crate::stream::StreamId;
use crate::testing::given_event::GivenEvent;

/// The last phase of a [`ProcessScenario`](super::ProcessScenario): it has asserted something, and may assert more, or go on with what happens next.
pub struct ProcessThen<P: Process> {
    plays: Plays<P>,
    outcome: Outcome,
    /// The instances that are expected to be parked.
    expected: BTreeSet<Uuid>,
}

impl<P: Process> ProcessThen<P> {
    pub(super) const fn new(plays: Plays<P>, outcome: Outcome, expected: BTreeSet<Uuid>) -> Self {
        Self { plays, outcome, expected }
    }

    /// And then this event happens: as [`ProcessGiven::when`](super::ProcessGiven::when).
    ///
    /// # Panics
    ///
    /// As [`ProcessGiven::when`](super::ProcessGiven::when).
    #[track_caller]
    pub fn when(self, event: impl Into<GivenEvent>) -> ProcessWhen<P> {
        ProcessWhen::played(self.plays, &Step::Event(&event.into()), self.expected)
    }

    /// And then this time passes: as [`ProcessGiven::advance`](super::ProcessGiven::advance).
    ///
    /// # Panics
    ///
    /// As [`ProcessGiven::advance`](super::ProcessGiven::advance).
    #[track_caller]
    pub fn advance(self, time: Duration) -> ProcessWhen<P> {
        ProcessWhen::played(self.plays, &Step::Time(time), self.expected)
    }

    /// These events were committed because of it, and no others: those of each aggregate in this order, the aggregates in any.
    ///
    /// # Panics
    ///
    /// When others were; and when an instance is parked that no [`then_parked`](Self::then_parked) before has expected.
    #[track_caller]
    pub fn then_commits<E: Into<GivenEvent>>(self, events: impl IntoIterator<Item = E>) -> Self {
        self.assert_complete();
        let mut expected: BTreeMap<StreamId, Vec<String>> = BTreeMap::new();
        for event in events.into_iter().map(Into::into) {
            let event: GivenEvent = event;
            let line = match event.stored_as() {
                Ok((name, schema_version, payload)) => event_line(name, schema_version, payload),
                Err(error) => panic!("an event that is expected cannot be stored: {error}"),
            };
            expected.entry(event.stream().clone()).or_default().push(line);
        }
        assert!(
            expected == self.outcome.committed,
            "`{}` has committed other events (`-` is expected, `+` is found){}",
            P::NAME,
            events_between(&expected, &self.outcome.committed)
        );
        self
    }

    /// No events were committed because of it.
    ///
    /// # Panics
    ///
    /// When any were; and when an instance is parked that no [`then_parked`](Self::then_parked) before has expected.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it has asserted; asserting more is up to the caller")]
    pub fn then_no_commit(self) -> Self {
        self.assert_complete();
        let committed = &self.outcome.committed;
        assert!(committed.is_empty(), "`{}` has committed events:{}", P::NAME, events_listed(committed));
        self
    }

    /// This instance is parked, for a reason that contains this.
    ///
    /// # Panics
    ///
    /// When it is not, or for another reason.
    #[track_caller]
    pub fn then_parked(mut self, instance: impl InstanceOf<P>, reason: &str) -> Self {
        self.assert_goes_on();
        let (name, instance) = (P::NAME, instance.instance().as_uuid());
        let Some(parked) = self.outcome.parked.get(&instance) else {
            panic!("`{name}` has not parked {instance}, but{}", parked_listed(&self.outcome));
        };
        let error = &parked.error;
        assert!(
            error.contains(reason),
            "`{name}` has parked {instance} for another reason\nexpected: {reason}\n  actual: {error}"
        );
        self.expected.insert(instance);
        self
    }

    /// This instance has a timer of this name, which is due at this time. The clock of a scenario begins at [`UNIX_EPOCH`](std::time::UNIX_EPOCH).
    ///
    /// # Panics
    ///
    /// When it has none, or one that is due at another time; and when an instance is parked that no [`then_parked`](Self::then_parked) before has expected.
    #[track_caller]
    pub fn then_timer(self, instance: impl InstanceOf<P>, name: &str, due: SystemTime) -> Self {
        self.assert_complete();
        let instance = instance.instance().as_uuid();
        match self.outcome.timers.get(&(instance, name.to_owned())) {
            Some(found) => assert!(
                *found == micros(due),
                "`{}` has set the timer {name:?} of {instance} for another time\nexpected: {}\n  actual: {}",
                P::NAME,
                time(micros(due)),
                time(*found)
            ),
            None => panic!(
                "`{}` has no timer {name:?} of {instance}; its timers are{}",
                P::NAME,
                timers_listed(&self.outcome)
            ),
        }
        self
    }

    /// This instance has no timer of this name.
    ///
    /// # Panics
    ///
    /// When it has one; and when an instance is parked that no [`then_parked`](Self::then_parked) before has expected.
    #[track_caller]
    pub fn then_no_timer(self, instance: impl InstanceOf<P>, name: &str) -> Self {
        self.assert_complete();
        let instance = instance.instance().as_uuid();
        if let Some(due) = self.outcome.timers.get(&(instance, name.to_owned())) {
            panic!("`{}` has a timer {name:?} of {instance}, which is due at {}", P::NAME, time(*due));
        }
        self
    }

    /// A process that has stopped may not have done everything, and so may one with instances that are parked.
    #[track_caller]
    fn assert_complete(&self) {
        self.assert_goes_on();
        let unexpected = self.outcome.parked.keys().any(|instance| !self.expected.contains(instance));
        assert!(
            !unexpected,
            "`{}` has parked instances: correct the handler, or expect it by `.then_parked(instance, \"why\")` before{}",
            P::NAME,
            parked_listed(&self.outcome)
        );
    }

    #[track_caller]
    fn assert_goes_on(&self) {
        if let Some(reason) = &self.outcome.stopped {
            panic!("`{}` stops: {reason}", P::NAME);
        }
    }
}

impl<P: Process> fmt::Debug for ProcessThen<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessThen").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
