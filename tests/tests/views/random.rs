//! Random histories against a fold in memory: rows that are deleted and made again, events that cannot be read, rows that are parked, tried again and
//! dropped; and the same in one batch, as they come and interrupted.

mod chest;
mod deliveries;
mod fold;
mod open;
mod step;

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use eventsourcing::Views;
use eventsourcing::error::ViewError;
use eventsourcing::prelude::*;
use eventsourcing::runner::Running;
use pollster::block_on;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::chest::{Content, IS_CURED, Thing};
use self::deliveries::Modelled;
use self::fold::{Model, State};
use self::open::Open;
use self::step::{Step, step, store_step};
use crate::quietly;
use crate::target::{Place, Target, with_each_target};

/// What is done once all views have caught up.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Nothing,
    /// Tries all rows again that are parked.
    Retry,
    CureAndRetry,
    /// Drops what waits for the first row that is parked.
    Drop,
}

/// Steps, each with whether the views are brought up to it, and what is done after them.
type Part = (Vec<(Step, bool)>, Deed);

fn history(is_broken: bool) -> impl Strategy<Value = (Vec<Part>, Option<u8>)> {
    let deed = prop_oneof![2 => Just(Deed::Nothing), 2 => Just(Deed::Retry), 1 => Just(Deed::CureAndRetry), 1 => Just(Deed::Drop)];
    let steps = prop::collection::vec((step(is_broken), prop::bool::weighted(0.2)), 0..25);
    let unknown = prop::option::weighted(0.2, 0..4_u8);
    (prop::collection::vec((steps, deed), 1..5), unknown)
}

/// How a set of views is run.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// Always, so that it gets events as they come.
    Following,
    /// By new runners, each a while.
    Interrupted,
    /// At the end of each part only.
    InOneBatch,
}

struct Set<P> {
    way: Way,
    place: Place,
    running: Option<(Views, Running)>,
    view: PhantomData<P>,
}

impl<P: Modelled> Set<P> {
    fn run(&mut self, store: &MemoryStore) -> Views {
        let (views, _) = self.running.get_or_insert_with(|| {
            let views = self.place.open().with::<P>();
            let running = views.run(store.clone()).unwrap();
            (views, running)
        });
        views.clone()
    }

    fn stop(&mut self) {
        if let Some((_, running)) = self.running.take() {
            running.stop_blocking();
        }
    }

    /// Brings the views up to date, and leaves them as their way says.
    fn catch_up(&mut self, store: &MemoryStore) -> Result<(), ViewError> {
        let caught_up = block_on(self.run(store).caught_up());
        if self.way != Way::Following {
            self.stop();
        }
        caught_up
    }

    fn act(&mut self, store: &MemoryStore, deed: Deed) -> State<P> {
        let views = self.run(store);
        let state = block_on(async {
            views.caught_up().await.unwrap();
            let parked = || async { views.parked::<P>().await.unwrap().into_iter().map(|parked| parked.key) };
            match deed {
                Deed::Nothing => {}
                Deed::Retry | Deed::CureAndRetry => {
                    for key in parked().await {
                        let is_made = views.retry_parked::<P>(key.clone()).await.unwrap();
                        assert_eq!(is_made, parked().await.all(|other| other != key), "{key:?}");
                    }
                }
                Deed::Drop => {
                    if let Some(key) = parked().await.next() {
                        views.drop_parked::<P>(key).await.unwrap();
                    }
                }
            }
            let (rows, parked) = (views.all::<P>().await.unwrap(), views.parked::<P>().await.unwrap());
            let parked = parked.into_iter().map(|parked| (parked.key, parked.position.get(), parked.waiting)).collect();
            let dropped = views.dropped::<P>().await.unwrap().into_iter().map(|dropped| dropped.parked);
            let dropped = dropped.map(|parked| (parked.key, parked.position.get(), parked.waiting)).collect();
            State { rows, parked, dropped }
        });
        if self.way != Way::Following {
            self.stop();
        }
        state
    }
}

fn check<P: Modelled>(target: &Target, parts: &[Part], unknown: Option<u8>) -> Result<(), TestCaseError> {
    IS_CURED.store(false, Ordering::Release);
    let (store, mut versions, mut position) = (MemoryStore::new(), BTreeMap::new(), 0);
    let mut model = Model::<P>::default();
    let mut sets = [Way::Following, Way::Interrupted, Way::InOneBatch].map(|way| Set::<P> {
        way,
        place: target.place(),
        running: None,
        view: PhantomData,
    });
    sets[0].run(&store);
    for (steps, deed) in parts {
        for (step, catches_up) in steps {
            store_step(&store, *step, &mut versions);
            position += 1;
            for (key, change) in P::deliveries(*step) {
                model.deliver(position, key, change);
            }
            if *catches_up {
                sets[0].catch_up(&store).unwrap();
                sets[1].catch_up(&store).unwrap();
            }
        }
        for set in &mut sets {
            set.catch_up(&store).unwrap();
        }
        match deed {
            Deed::Nothing => {}
            Deed::Retry => model.retry(),
            Deed::CureAndRetry => {
                IS_CURED.store(true, Ordering::Release);
                model.retry();
            }
            Deed::Drop => model.drop_first(),
        }
        for set in &mut sets {
            let way = set.way;
            prop_assert_eq!(set.act(&store, *deed), model.state(), "{:?}, after {:?}", way, deed);
        }
    }
    let stops = unknown.map(Step::Unknown).or_else(|| (!P::PARKS_UNREADABLE).then_some(Step::Broken(0)));
    if let Some(step) = stops {
        store_step(&store, step, &mut versions);
        for set in &mut sets {
            let caught_up = set.catch_up(&store);
            prop_assert!(matches!(caught_up, Err(ViewError::Stopped { .. })), "{:?}: {:?}", set.way, caught_up);
        }
    }
    sets.iter_mut().for_each(Set::stop);
    Ok(())
}

/// Both set [`IS_CURED`], and may run at once in one process.
static CURE: Mutex<()> = Mutex::new(());

fn check_all<P: Modelled>(target: &Target) {
    let _one_at_a_time = CURE.lock().unwrap_or_else(PoisonError::into_inner);
    quietly(|| {
        let config = Config { cases: target.cases(), failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config)
            .run(&history(P::PARKS_UNREADABLE), |(parts, unknown)| check::<P>(target, &parts, unknown));
        outcome.unwrap();
    });
}

with_each_target! {
    rows_of_aggregates_are_what_a_fold_gives,
    rows_of_other_keys_are_what_a_fold_gives,
    rows_that_come_and_go_are_what_a_fold_gives,
}

fn rows_of_aggregates_are_what_a_fold_gives(target: &Target) {
    check_all::<Content>(target);
}

fn rows_of_other_keys_are_what_a_fold_gives(target: &Target) {
    check_all::<Thing>(target);
}

fn rows_that_come_and_go_are_what_a_fold_gives(target: &Target) {
    check_all::<Open>(target);
}
