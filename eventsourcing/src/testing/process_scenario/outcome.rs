//! What a process has done, as its store says it, and by which way.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use uuid::Uuid;

use crate::aggregate::Journaled as _;
use crate::codec::{JournalEntry, JournalEvent};
use crate::error::with_sources;
use crate::process::Process;
use crate::store::{EventStore as _, LogRead, StoredEvent};
use crate::stream::{Position, StreamId};
use crate::testing::ClockedStore;

/// What a process has done.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// The events that it has committed since a position, by aggregate and in order.
    pub(super) committed: BTreeMap<StreamId, Vec<String>>,
    pub(super) parked: BTreeMap<Uuid, ParkedAs>,
    /// When the timers are due that are set, in microseconds since 1970 UTC.
    pub(super) timers: BTreeMap<(Uuid, String), i64>,
    /// Why it has stopped, if it has.
    pub(super) stopped: Option<String>,
}

/// How an instance is parked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ParkedAs {
    pub(super) error: String,
    pub(super) waiting: u64,
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
        let (mut outcome, mut at) = (Self::default(), Position::default());
        loop {
            let mut visit = |stored: StoredEvent<'_>| {
                if stored.stream.aggregate() == P::JOURNAL {
                    outcome.apply(&stored);
                } else if stored.position > after && Some(stored.position) != given && is_of_user(stored.stream) {
                    let line = event_line(stored.name, stored.schema_version, stored.payload);
                    outcome.committed.entry(stored.stream.clone()).or_default().push(line);
                }
                ControlFlow::Continue(())
            };
            match store.read_log(LogRead::after(at), &mut visit).await {
                Ok(page) if page.more => at = page.reached,
                Ok(_) => return outcome,
                Err(error) => panic!("the store of the scenario cannot be read: {}", with_sources(&error)),
            }
        }
    }

    /// Takes note of an event of a journal. Nobody drops or retries anything in a scenario.
    fn apply(&mut self, stored: &StoredEvent<'_>) {
        let instance = stored.stream.id();
        let event = match JournalEvent::decode(stored.name, stored.schema_version, stored.payload) {
            Ok(event) => event,
            Err(error) => panic!("a journal cannot be read: {}", with_sources(&error)),
        };
        match event.entry {
            JournalEntry::Reacted { fired, timers } => {
                self.forget(instance, fired);
                for (name, due) in timers {
                    match due {
                        Some(due) => drop(self.timers.insert((instance, name), due)),
                        None => drop(self.timers.remove(&(instance, name))),
                    }
                }
            }
            JournalEntry::Parked { fired, error } => {
                self.forget(instance, fired);
                let parked = self.parked.entry(instance).or_insert_with(|| {
                    let error = error.unwrap_or_default();
                    ParkedAs { error, waiting: 0 }
                });
                parked.waiting += 1;
            }
            JournalEntry::Retried { .. } | JournalEntry::Dropped | JournalEntry::Began { .. } => {}
        }
    }

    fn forget(&mut self, instance: Uuid, fired: Option<String>) {
        if let Some(name) = fired {
            self.timers.remove(&(instance, name));
        }
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
