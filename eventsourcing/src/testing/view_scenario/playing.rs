//! A history, given to a view in each way that a runner may give it.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::HashMap;
use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::pin;

use pollster::block_on;

use super::difference::{check_columns, compare};
use super::outcome::{Outcome, Way};
use crate::error::{ViewError, with_sources};
use crate::runner::Views;
use crate::store::memory::MemoryStore;
use crate::store::{Commit, EventStore as _, micros};
use crate::stream::{StreamId, Version};
use crate::testing::given_event::GivenEvent;
use crate::view::Projection;

/// What comes of a history, which is the same each way, or it panics.
#[track_caller]
pub(super) fn play_each_way<P>(events: &[GivenEvent], park_at_most: Option<usize>) -> Outcome<P>
where
    P: Projection<Key: Debug> + PartialEq + Debug,
{
    let set = || {
        let views = Views::memory().with::<P>();
        park_at_most.map_or(views.clone(), |rows| views.park_at_most(rows))
    };
    let commits = commits(events);
    let one_by_one = block_on(one_by_one(&set(), commits.clone()));
    let in_one_batch = block_on(in_one_batch(&set(), commits.clone()));
    compare((&one_by_one, Way::OneByOne), (&in_one_batch, Way::InOneBatch));
    let [interrupted, repeated] = block_on(interrupted(&[set(), set()], commits));
    compare((&one_by_one, Way::OneByOne), (&interrupted, Way::Interrupted));
    compare((&one_by_one, Way::OneByOne), (&repeated, Way::Repeated));
    one_by_one.rows.values().for_each(check_columns);
    one_by_one
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

async fn one_by_one<P: Projection>(views: &Views, commits: Vec<Commit>) -> Outcome<P> {
    let store = MemoryStore::new();
    let each = async {
        for commit in commits {
            store_all(&store, [commit]).await;
            views.caught_up().await?;
        }
        views.caught_up().await
    };
    let caught_up = run_until(views, &store, each).await;
    outcome(views, caught_up).await
}

async fn in_one_batch<P: Projection>(views: &Views, commits: Vec<Commit>) -> Outcome<P> {
    let store = MemoryStore::new();
    store_all(&store, commits).await;
    let caught_up = run_until(views, &store, views.caught_up()).await;
    outcome(views, caught_up).await
}

async fn interrupted<P: Projection>(sets: &[Views; 2], commits: Vec<Commit>) -> [Outcome<P>; 2] {
    let (store, mut reached) = (MemoryStore::new(), [Ok(()), Ok(())]);
    for commit in commits.into_iter().map(Some).chain([None]) {
        store_all(&store, commit).await;
        for (views, reached) in sets.iter().zip(&mut reached) {
            if reached.is_ok() {
                *reached = run_until(views, &store, views.caught_up()).await;
            }
        }
    }
    let ([views, other], [caught_up, other_caught_up]) = (sets, reached);
    [outcome(views, caught_up).await, outcome(other, other_caught_up).await]
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

async fn outcome<P: Projection>(views: &Views, caught_up: Result<(), ViewError>) -> Outcome<P> {
    let read = async {
        let stopped = match caught_up {
            Ok(()) => None,
            Err(ViewError::Stopped { reason, .. }) => Some(reason),
            Err(error) => return Err(error),
        };
        let rows = views.all::<P>().await?.into_iter().map(|row| (row.key(), row)).collect();
        let parked = views.parked::<P>().await?.into_iter().map(|parked| (parked.key.clone(), parked)).collect();
        Ok(Outcome { rows, parked, stopped })
    };
    read.await.unwrap_or_else(|error| panic!("the view cannot be read: {}", with_sources(&error)))
}
