//! A view that counts: what it has shows each event that it has read twice, not at all, or in another order.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "tests use it, and fail by panicking")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use eventsourcing::StreamId;
use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore};
use eventsourcing::view::At;
use pollster::block_on;
use uuid::Uuid;

use crate::sqlite::{commit_of, log};

/// A stream of [`commit_of`].
#[derive(Aggregate, Debug)]
#[aggregate(name = "Account")]
pub struct Counter {
    root: Root<Self>,
}

#[events]
impl Counter {
    /// One of the events of a commit.
    #[event(Happened)]
    pub fn happened(commit: u64, event: u64, text: &str) -> Self {
        let _ = (commit, event, text);
        Self { root: Root::new() }
    }
}

/// The commit at which the handler panics, until it is [`cured`](cure).
pub const POISON: u64 = 5;

static IS_CURED: AtomicBool = AtomicBool::new(false);

/// From now on no event is poison to this process.
pub fn cure() {
    IS_CURED.store(true, Ordering::Release);
}

/// How many events of a stream were read, and at which positions.
#[derive(View, Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    #[view(key)]
    id: Id<Counter>,
    #[view(index)]
    count: i64,
    chain: i64,
}

#[projection(version = 1)]
impl Tally {
    #[on(CounterEvent::Happened)]
    fn happened(this: Option<Self>, at: &At<Counter>, commit: u64) -> Self {
        assert!(commit != POISON || IS_CURED.load(Ordering::Acquire), "poison");
        let mut tally = this.unwrap_or(Self { id: at.id(), count: 0, chain: 0 });
        tally.add(at.position().get());
        tally
    }
}

impl Tally {
    fn add(&mut self, position: u64) {
        self.count += 1;
        self.chain = self.chain.wrapping_mul(31).wrapping_add(position.cast_signed());
    }

    /// Of which stream it is.
    #[must_use]
    pub const fn id(&self) -> Id<Counter> {
        self.id
    }

    /// How many events were read.
    #[must_use]
    pub const fn count(&self) -> i64 {
        self.count
    }
}

/// The rows that these many events of a store make, where poison parks its stream.
#[must_use]
pub fn expected(store: &dyn EventStore, events: u64, is_cured: bool) -> Vec<Tally> {
    let mut rows = BTreeMap::new();
    let mut parked = Vec::new();
    for ((stream, _, _, payload), position) in log(store).into_iter().zip(1..=events) {
        let id = Id::from(stream.id());
        let commit: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        if !is_cured && commit["commit"] == POISON {
            parked.push(id);
        }
        if !parked.contains(&id) {
            rows.entry(id).or_insert(Tally { id, count: 0, chain: 0 }).add(position);
        }
    }
    rows.into_values().collect()
}

/// The rows that are shown.
#[must_use]
pub fn rows(views: &Views) -> Vec<Tally> {
    block_on(async { views.all::<Tally>().await }).unwrap()
}

/// Commits so many events that no view handles, to a stream of this number.
pub fn noise(store: &dyn EventStore, number: u64, events: u64) {
    let mut commit = Commit::new();
    let mut append = commit.append(StreamId::new("Noise", Uuid::from_u128(number.into())), 0).unwrap();
    for _ in 0..events {
        append = append.event("Hummed", 1, b"{}").unwrap();
    }
    block_on(store.commit(commit)).unwrap();
}

/// Makes the commit of this number: one event to each of three streams; poison to a fourth alone, to which all later ones go too.
pub fn commit(store: &SqliteStore, number: u64) {
    let before = if number > POISON { number - 2 } else { number - 1 };
    let mut streams: Vec<_> = (0..3).map(|stream| (stream, before, 1)).collect();
    if number == POISON {
        streams.clear();
    }
    if number >= POISON {
        streams.push((3, number - POISON, 1));
    }
    store.blocking().commit(commit_of(number, &streams)).unwrap();
}
