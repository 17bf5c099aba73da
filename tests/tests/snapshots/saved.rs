//! When a snapshot is taken, and what it saves.

use std::collections::HashMap;

use eventsourcing::error::{SnapshotError, StoreErrorKind};
use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;
use eventsourcing_tests::{Answer, Faulty};

use crate::spy::Spy;
use crate::warnings::warnings;
use crate::{Tally, saved, tallies};

fn versions(spy: &Spy) -> Vec<u64> {
    spy.kept().iter().map(|kept| kept.version.get()).collect()
}

#[test]
fn a_save_that_passes_a_third_event_stores_one() {
    let spy = Spy::default();
    saved(&spy, 7);
    assert_eq!(versions(&spy), [3, 6]);

    let spy = Spy::default();
    let mut tally = Tally::begin("at once");
    (0..7).for_each(|number| tally.add(number));
    tallies(&spy).save(&mut tally).unwrap();
    tally.add(1);
    tallies(&spy).save(&mut tally).unwrap();
    assert_eq!(versions(&spy), [8, 9], "of the state that was saved, once for each save");
}

#[test]
fn a_load_reads_the_snapshot_and_the_tail_only() {
    let spy = Spy::default();
    let tally = saved(&spy, 50);
    spy.events_read();
    assert_eq!(tallies(&spy).get(tally.id()).unwrap(), tally);
    assert_eq!(spy.events_read(), 3, "the event at the snapshot, and the two after it");
    assert_eq!(tallies(&spy).get_at(tally.id(), 31).unwrap().version(), 31);
    assert_eq!(spy.events_read(), 2, "the latest at or before the version");
    tallies(&spy).update(tally.id(), |tally| tally.add(1)).unwrap();
    assert_eq!(spy.events_read(), 3);
}

#[test]
fn a_loaded_aggregate_goes_on_as_any() {
    let spy = Spy::default();
    let tally = saved(&spy, 6);
    let (mut mine, mut theirs) = (tallies(&spy).get(tally.id()).unwrap(), tallies(&spy).get(tally.id()).unwrap());
    theirs.add(1);
    assert_eq!(tallies(&spy).save(&mut theirs).unwrap(), 7);
    mine.add(2);
    assert!(matches!(tallies(&spy).save(&mut mine), Err(SaveError::Conflict { .. })));
    assert_eq!(mine.pending_events().len(), 1);
    assert_eq!(mine.id(), tally.id());
}

#[test]
fn one_is_taken_on_demand() {
    let spy = Spy::default();
    let tally = saved(&spy, 5);
    assert_eq!(tallies(&spy).take_snapshot(tally.id()).unwrap(), 5);
    spy.events_read();
    assert_eq!(tallies(&spy).get(tally.id()).unwrap(), tally);
    assert_eq!(spy.events_read(), 1);
    let missing = tallies(&spy).take_snapshot(Id::new()).unwrap_err();
    assert!(matches!(missing, SnapshotError::Load(LoadError::NotFound { .. })));
    assert_eq!(pollster::block_on(Repository::<Tally>::new(spy.clone()).take_snapshot(tally.id())).unwrap(), 5);
}

#[test]
fn several_aggregates_of_one_commit_have_theirs() {
    #[derive(Application)]
    struct Tallies {
        tallies: Repository<Tally>,
    }
    let spy = Spy::default();
    let application = Tallies::new(spy.clone());
    let (mut one, mut other) = (Tally::begin("one"), Tally::begin("other"));
    for number in 0..3 {
        one.add(number);
        other.add(-number);
    }
    application.blocking().commit((&mut one, &mut other)).unwrap();
    assert_eq!(spy.kept().len(), 2);
    spy.events_read();
    let loaded = application.tallies.blocking().get_many([one.id(), other.id()]).unwrap();
    assert_eq!((loaded, spy.events_read()), (vec![one, other], 2));
}

/// What was sent before is sent again without the state of what was recorded since; the save of that has one.
#[test]
fn what_is_sent_again_has_the_snapshot_of_its_own_state_or_none() {
    for (more, kept) in [(0, [3].as_slice()), (1, &[4])] {
        let spy = Spy::default();
        let faulty = Faulty::over(spy.clone());
        let tallies = Repository::<Tally>::new(faulty.clone()).blocking();
        let mut tally = Tally::begin("in doubt");
        (0..2).for_each(|number| tally.add(number));
        faulty.next(Answer::Fails(StoreErrorKind::OutcomeUnknown));
        tallies.save(&mut tally).unwrap_err();
        (0..more).for_each(|number| tally.add(number));
        tallies.save(&mut tally).unwrap();
        assert_eq!(versions(&spy), kept);
        let (loaded, warned) = warnings(|| tallies.get(tally.id()));
        assert_eq!((loaded.unwrap(), warned.len()), (tally, 0));
    }
}

#[test]
fn a_discarded_aggregate_stays_discarded() {
    let spy = Spy::default();
    let mut tally = saved(&spy, 5);
    tally.end();
    tallies(&spy).save(&mut tally).unwrap();
    assert_eq!(versions(&spy), [3], "not of the end");
    assert!(tallies(&spy).find(tally.id()).unwrap().is_none());
    assert!(matches!(tallies(&spy).take_snapshot(tally.id()), Err(SnapshotError::Load(LoadError::NotFound { .. }))));
}

#[test]
fn what_was_read_past_unknown_events_has_none() {
    let spy = Spy::default();
    let tally = saved(&spy, 2);
    let mut commit = eventsourcing::store::Commit::new();
    commit.append(crate::stream(tally.id()), 2).unwrap().event("Doubled", 1, b"{}").unwrap();
    spy.blocking().commit(commit).unwrap();
    for unknown in [OnUnknown::Skip, OnUnknown::Keep] {
        let tallies = tallies(&spy).on_unknown(unknown);
        let refused = tallies.take_snapshot(tally.id()).unwrap_err();
        assert!(matches!(refused, SnapshotError::Incomplete { .. }), "{refused:?}");
        let mut read = tallies.get(tally.id()).unwrap();
        (0..3).for_each(|number| read.add(number));
        tallies.save(&mut read).unwrap();
    }
    assert!(spy.kept().is_empty());
}

#[test]
fn a_state_that_cannot_be_stored_does_not_keep_its_events_from_it() {
    #[derive(Aggregate, Debug)]
    #[aggregate(snapshot_every = 1)]
    struct Odd {
        root: Root<Self>,
        ratio: f64,
        #[aggregate(opaque)]
        pairs: HashMap<(u8, u8), u8>,
    }

    #[events]
    impl Odd {
        #[event(Made)]
        fn make(pair: bool) -> Self {
            let pairs = pair.then_some(((1, 2), 3)).into_iter().collect();
            Self { root: Root::new(), ratio: if pair { 0.0 } else { f64::NAN }, pairs }
        }
    }

    for pair in [true, false] {
        let spy = Spy::default();
        let odd = Repository::<Odd>::new(spy.clone()).blocking();
        let mut made = Odd::make(pair);
        let (saved, warned) = warnings(|| odd.save(&mut made));
        assert_eq!(saved.unwrap(), 1);
        assert!(matches!(&*warned, [warning] if warning.contains("no snapshot is taken")), "{warned:?}");
        assert!(spy.kept().is_empty());
        assert_eq!(odd.get(made.id()).unwrap().pairs.len(), usize::from(pair));
        assert!(matches!(odd.take_snapshot(made.id()), Err(SnapshotError::State { .. })));
    }
}

/// What serde does not write is not in a snapshot. Where the type of the field has no `==` that finds it, `check_replay` does.
#[test]
#[should_panic(expected = "is not what its events make it")]
fn a_state_that_does_not_come_back_is_found() {
    #[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
    struct Cached {
        #[serde(skip)]
        sum: i64,
    }

    #[derive(Aggregate, Clone, Debug)]
    #[aggregate(snapshot_every = 1)]
    struct Lossy {
        root: Root<Self>,
        #[aggregate(opaque)]
        cached: Cached,
    }

    impl PartialEq for Lossy {
        fn eq(&self, other: &Self) -> bool {
            self.cached.sum == other.cached.sum
        }
    }

    #[events]
    impl Lossy {
        #[event(Made)]
        fn make(sum: i64) -> Self {
            Self { root: Root::new(), cached: Cached { sum } }
        }
    }

    let _ = Repository::<Lossy>::new(Spy::default()).check_replay().blocking().save(&mut Lossy::make(1));
}
