//! A history, given to a view in each way that a runner may give it.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use pollster::block_on;

use super::outcome::Way;
use crate::error::{StopReason, ViewError, with_sources};
use crate::runner::Views;
use crate::store::memory::MemoryStore;
use crate::store::{Commit, EventStore as _, micros};
use crate::stream::{StreamId, Version};
use crate::testing::given_event::GivenEvent;

/// A set of views that a history was given to in one way, and whether it has caught up.
pub(super) struct Played {
    pub(super) way: Way,
    pub(super) views: Views,
    caught_up: Result<(), ViewError>,
}

impl Played {
    /// Why its view has stopped, if it has.
    pub(super) fn stopped(&self) -> Result<Option<Arc<StopReason>>, ViewError> {
        match self.caught_up.clone() {
            Ok(()) => Ok(None),
            Err(ViewError::Stopped { reason, .. }) => Ok(Some(reason)),
            Err(error) => Err(error),
        }
    }
}

/// Gives a history to sets of one view in each way that a runner may give it, and has the view stop when more than this is parked, if that is said.
#[track_caller]
pub(super) fn play_each_way(
    mut set: impl FnMut() -> Views,
    park_at_most: Option<usize>,
    events: &[GivenEvent],
) -> [Played; 4] {
    let commits = commits(events);
    let [one, other, third, fourth] = [(); 4].map(|()| match park_at_most {
        Some(parked) => set().park_at_most(parked),
        None => set(),
    });
    let one_by_one = block_on(one_by_one(&one, commits.clone()));
    let in_one_batch = block_on(in_one_batch(&other, commits.clone()));
    let [interrupted, repeated] = block_on(interrupted([&third, &fourth], commits));
    [
        Played { way: Way::OneByOne, views: one, caught_up: one_by_one },
        Played { way: Way::InOneBatch, views: other, caught_up: in_one_batch },
        Played { way: Way::Interrupted, views: third, caught_up: interrupted },
        Played { way: Way::Repeated, views: fourth, caught_up: repeated },
    ]
}

#[track_caller]
fn commits(events: &[GivenEvent]) -> Vec<Commit> {
    let mut versions: HashMap<&StreamId, u64> = HashMap::new();
    let mut commits = Vec::with_capacity(events.len());
    for (event, number) in events.iter().zip(1..) {
        let version = versions.entry(event.stream()).or_default();
        match event.commit(Version::new(*version)) {
            Ok(mut commit) => {
                commit.set_recorded_at(micros(event.time()));
                commits.push(commit);
            }
            Err(error) => panic!("event {number} of those given cannot be stored: {error}"),
        }
        *version += 1;
    }
    commits
}

async fn one_by_one(views: &Views, commits: Vec<Commit>) -> Result<(), ViewError> {
    let store = MemoryStore::new();
    let each = async {
        for commit in commits {
            store_all(&store, [commit]).await;
            views.caught_up().await?;
        }
        views.caught_up().await
    };
    run_until(views, &store, each).await
}

async fn in_one_batch(views: &Views, commits: Vec<Commit>) -> Result<(), ViewError> {
    let store = MemoryStore::new();
    store_all(&store, commits).await;
    run_until(views, &store, views.caught_up()).await
}

async fn interrupted(sets: [&Views; 2], commits: Vec<Commit>) -> [Result<(), ViewError>; 2] {
    let (store, mut reached) = (MemoryStore::new(), [Ok(()), Ok(())]);
    for commit in commits.into_iter().map(Some).chain([None]) {
        store_all(&store, commit).await;
        for (views, reached) in sets.iter().zip(&mut reached) {
            if reached.is_ok() {
                *reached = run_until(views, &store, views.caught_up()).await;
            }
        }
    }
    reached
}

async fn store_all(store: &MemoryStore, commits: impl IntoIterator<Item = Commit>) {
    for commit in commits {
        if let Err(error) = store.commit(commit).await {
            panic!("an event cannot be stored: {}", with_sources(&error));
        }
    }
}

/// Runs the views until something is done, and stops them then. On the caller's thread, so that what a handler prints is the test's output.
async fn run_until<T>(views: &Views, store: &MemoryStore, done: impl Future<Output = T>) -> T {
    let (mut running, mut done) = (Box::pin(views.drive(store.clone())), pin!(done));
    let mut has_ended = false;
    poll_fn(|context| {
        if !has_ended {
            has_ended = running.as_mut().poll(context).is_ready();
        }
        // Also when the runner has ended: what waits for the views is then answered why.
        done.as_mut().poll(context)
    })
    .await
}
