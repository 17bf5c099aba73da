//! What a process has done, as its store says it, and by which way.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use uuid::Uuid;

use crate::aggregate::Journaled as _;
use crate::codec::{JournalEntry, JournalEvent};
use crate::error::with_sources;
use crate::process::{Parked, Parking, Process};
use crate::store::{EventStore as _, LogRead, StoredEvent, from_micros};
use crate::stream::{Position, StreamId};
use crate::testing::ClockedStore;

/// What a process has done.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// The events that it has committed since a position, by aggregate and in order.
    pub(super) committed: BTreeMap<StreamId, Vec<String>>,
    pub(super) parked: BTreeMap<Uuid, Parked>,
    /// When the timers are due that are set, in microseconds since 1970 UTC.
    pub(super) timers: BTreeMap<(Uuid, String), i64>,
    /// Why it has stopped, if it has.
    pub(super) stopped: Option<String>,
}

/// How events are given to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Each once, by one runner.
    Once,
    /// Each by a runner that knows nothing of what was done, and then by another.
    Twice,
    /// Each by such a runner that ends when a commit is stored, before it knows, and by others until nothing is left.
    Killed,
}

impl Way {
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Once => "each event is given to it once",
            Self::Twice => "each event is given to it twice",
            Self::Killed => "each runner ends right after a commit",
        }
    }
}

impl Outcome {
    /// Reads it from a store: the events behind a position, except the one that was given at another.
    pub(super) async fn read<P: Process>(store: &ClockedStore, after: Position, given: Option<Position>) -> Self {
        let (mut outcome, parking, mut at) = (Self::default(), Parking::default(), Position::default());
        loop {
            let mut visit = |stored: StoredEvent<'_>| {
                if stored.stream.aggregate() == P::JOURNAL {
                    let (instance, entry) = (stored.stream.id(), journal_entry(&stored));
                    parking.apply(instance, &entry, from_micros(stored.recorded_at));
                    outcome.change_timers(instance, &entry);
                } else if stored.position > after && Some(stored.position) != given && is_of_user(stored.stream) {
                    let line = event_line(stored.name, stored.schema_version, stored.payload);
                    outcome.committed.entry(stored.stream.clone()).or_default().push(line);
                }
                ControlFlow::Continue(())
            };
            match store.read_log(LogRead::after(at), &mut visit).await {
                Ok(page) if page.more => at = page.reached,
                Ok(_) => return Self { parked: parking.list(), ..outcome },
                Err(error) => panic!("the store of the scenario cannot be read: {}", with_sources(&error)),
            }
        }
    }

    fn change_timers(&mut self, instance: Uuid, entry: &JournalEntry) {
        if let Some(name) = entry.fired() {
            self.timers.remove(&(instance, name.to_owned()));
        }
        for (name, due) in entry.timers().into_iter().flatten() {
            let timer = (instance, name.clone());
            match due {
                Some(due) => drop(self.timers.insert(timer, *due)),
                None => drop(self.timers.remove(&timer)),
            }
        }
    }
}

/// What an event of a journal says.
fn journal_entry(stored: &StoredEvent<'_>) -> JournalEntry {
    match JournalEvent::decode(stored.name, stored.schema_version, stored.payload) {
        Ok(event) => event.entry,
        Err(error) => panic!("a journal cannot be read: {}", with_sources(&error)),
    }
}

/// Whether it is the stream of an aggregate, and not one of the framework's own.
fn is_of_user(stream: &StreamId) -> bool {
    !stream.aggregate().contains(['.', '~'])
}

/// An event in words.
pub(super) fn event_line(name: &str, schema_version: u32, payload: &[u8]) -> String {
    let version = if schema_version == 1 { String::new() } else { format!(" (version {schema_version})") };
    format!("{name}{version} {}", String::from_utf8_lossy(payload))
}
