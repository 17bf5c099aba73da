//! What every scenario checks besides what it is asked to.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::fmt::Debug;
use std::marker::PhantomData;

use pollster::block_on;

use crate::aggregate::Aggregate;
use crate::error::with_sources;
use crate::log::OnUnknown;
use crate::repository::{CommitOptions, load, save};
use crate::store::memory::MemoryStore;
use crate::stream::Version;

/// Where a scenario's events are stored and read back from, as a repository would.
#[derive(Debug)]
pub(super) struct Replay<A> {
    store: MemoryStore,
    aggregate: PhantomData<fn() -> A>,
}

impl<A: Aggregate + PartialEq + Debug> Replay<A> {
    pub(super) fn new() -> Self {
        Self { store: MemoryStore::new(), aggregate: PhantomData }
    }

    /// Stores what is pending, replays the whole history and compares.
    #[track_caller]
    pub(super) fn check(&self, aggregate: &mut A) {
        let made_by_events = aggregate.version() > 0;
        assert!(made_by_events, "`{}` was made without an event: start it with one that creates it", A::NAME);
        if let Err(error) = block_on(save(&self.store, &CommitOptions::new(), OnUnknown::Error, &mut *aggregate)) {
            panic!("what was recorded cannot be stored: {}", with_sources(&error));
        }
        let replayed: A = match block_on(load(&self.store, aggregate.id(), Version::MAX, OnUnknown::Error)) {
            Ok(Some(replayed)) => replayed,
            Ok(None) => panic!("nothing of {aggregate:?} was stored"),
            Err(error) => panic!("what was recorded cannot be read back: {}", with_sources(&error)),
        };
        assert!(
            *aggregate == replayed,
            "`{}` is not what its events make it: something else than an event changed its state, or an event depends \
             on more than its fields\n    left: {aggregate:?}\nreplayed: {replayed:?}",
            A::NAME,
        );
    }
}
