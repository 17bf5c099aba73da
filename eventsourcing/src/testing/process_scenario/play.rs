//! What happens in a scenario, in each way that a runner may find it.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::ops::ControlFlow;
use std::time::{Duration, UNIX_EPOCH};

use pollster::block_on;

use super::difference::compare;
use super::outcome::{Outcome, Way};
use super::runner::{Runner, SetUp};
use super::store::PlayStore;
use crate::error::with_sources;
use crate::process::{Clock as _, Process};
use crate::store::{EventStore as _, StoredEvent, StreamRead};
use crate::stream::{Position, StreamId, Version};
use crate::testing::TestClock;
use crate::testing::given_event::GivenEvent;

/// How often a runner ends at a commit of one step, at most: a handler that commits by other means would have it end without end.
const ENDS: usize = 100;

/// Something that happens.
pub(super) enum Step<'s> {
    Event(&'s GivenEvent),
    Time(Duration),
}

/// A scenario that is played each way.
pub(super) struct Plays<P: Process> {
    each: [Play; 3],
    set_up: Option<SetUp<P::App>>,
}

/// One way.
struct Play {
    way: Way,
    store: PlayStore,
    /// The one that goes on through all.
    kept: Option<Runner>,
}

impl<P: Process> Plays<P> {
    pub(super) fn new(set_up: Option<SetUp<P::App>>) -> Self {
        let each = [Way::Once, Way::Twice, Way::Killed].map(|way| {
            let store = PlayStore::new(TestClock::at(UNIX_EPOCH));
            let kept = (way == Way::Once).then(|| Runner::new::<P>(&store, set_up.as_ref()));
            Play { way, store, kept }
        });
        Self { each, set_up }
    }

    /// Has something happen, and the process react; gives what it has done, which is the same each way, or it panics.
    #[track_caller]
    pub(super) fn step(&mut self, step: &Step<'_>, moment: &str) -> Outcome {
        let set_up = self.set_up.as_ref();
        let [one, others @ ..] =
            self.each.each_mut().map(|play| (play.way, block_on(play.step::<P>(step, moment, set_up))));
        for (way, other) in &others {
            compare(P::NAME, moment, &one.1, (other, *way));
        }
        one.1
    }
}

impl Play {
    async fn step<P: Process>(&mut self, step: &Step<'_>, moment: &str, set_up: Option<&SetUp<P::App>>) -> Outcome {
        let (before, now) = (self.head().await, self.store.clock.now());
        let until = match step {
            Step::Event(event) => now.max(event.time()),
            Step::Time(time) => now + *time,
        };
        let mut stopped = None;
        if until > now {
            self.store.clock.set(until);
            stopped = self.settle::<P>(set_up).await;
        }
        let given = match step {
            Step::Event(event) => Some(self.give(event, moment).await),
            Step::Time(_) => None,
        };
        if given.is_some() && stopped.is_none() {
            stopped = self.settle::<P>(set_up).await;
        }
        Outcome { stopped, ..Outcome::read::<P>(&self.store.events, before, given).await }
    }

    /// Stores an event that is given, at the time of the clock.
    async fn give(&self, event: &GivenEvent, moment: &str) -> Position {
        let commit = event.commit(self.version(event.stream()).await);
        let commit = commit.unwrap_or_else(|error| panic!("an event cannot be stored, {moment}: {error}"));
        match self.store.events.commit(commit).await {
            Ok(committed) => committed.last,
            Err(error) => panic!("an event cannot be stored, {moment}: {}", with_sources(&error)),
        }
    }

    /// Has the process react until nothing is left; gives why it stops, if it does.
    async fn settle<P: Process>(&mut self, set_up: Option<&SetUp<P::App>>) -> Option<String> {
        let runner = || Runner::new::<P>(&self.store, set_up);
        match self.way {
            Way::Once => self.kept.get_or_insert_with(runner).settle::<P>().await,
            Way::Twice => {
                let first = runner().settle::<P>().await;
                let second = runner().settle::<P>().await;
                first.or(second)
            }
            Way::Killed => {
                for _ in 0..ENDS {
                    self.store.be_silent(true);
                    let settled = runner().settle_or_end::<P>().await;
                    self.store.be_silent(false);
                    if let Some(stopped) = settled {
                        return stopped;
                    }
                }
                runner().settle::<P>().await
            }
        }
    }

    async fn head(&self) -> Position {
        let head = self.store.head().await;
        head.unwrap_or_else(|error| panic!("the store of the scenario cannot be read: {}", with_sources(&error)))
    }

    async fn version(&self, stream: &StreamId) -> Version {
        let mut version = Version::default();
        let mut visit = |stored: StoredEvent<'_>| {
            version = stored.version;
            ControlFlow::Break(())
        };
        let read = StreamRead::new(stream.clone()).backward().limit(1);
        if let Err(error) = self.store.read_stream(read, &mut visit).await {
            panic!("the store of the scenario cannot be read: {}", with_sources(&error));
        }
        version
    }
}
