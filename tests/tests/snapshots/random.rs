//! For random histories and snapshot points, snapshot plus tail equals the full fold.

use eventsourcing::prelude::*;
use eventsourcing::store::EventStore;
use proptest::prelude::*;

use crate::spy::{Gives, Spy};
use crate::{Tally, tallies};

#[derive(Clone, Debug)]
enum Step {
    Add(i64),
    Reset,
    Save,
    Snapshot,
    Reload,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => any::<i64>().prop_map(Step::Add),
        1 => Just(Step::Reset),
        3 => Just(Step::Save),
        1 => Just(Step::Snapshot),
        1 => Just(Step::Reload),
    ];
    prop::collection::vec(step, 1..60)
}

/// Does the steps, and returns the tally as it is saved at last.
fn run(store: impl EventStore + Clone, steps: &[Step]) -> Tally {
    let tallies = Repository::<Tally>::new(store).check_replay().blocking();
    let mut tally = Tally::begin("random");
    tallies.save(&mut tally).unwrap();
    for step in steps {
        match step {
            Step::Add(number) => tally.add(*number),
            Step::Reset => tally.reset(),
            Step::Save => drop(tallies.save(&mut tally).unwrap()),
            Step::Snapshot => drop(tallies.take_snapshot(tally.id()).unwrap()),
            Step::Reload => {
                tallies.save(&mut tally).unwrap();
                tally = tallies.get(tally.id()).unwrap();
            }
        }
    }
    tallies.save(&mut tally).unwrap();
    tally
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn snapshot_and_tail_are_the_full_fold(steps in steps()) {
        let spy = Spy::default();
        let tally = run(spy.clone(), &steps);
        for version in 1..=tally.version().get() {
            spy.gives(Gives::What);
            let from_snapshot = tallies(&spy).get_at(tally.id(), version).unwrap();
            spy.gives(Gives::Nothing);
            let from_events = tallies(&spy).get_at(tally.id(), version).unwrap();
            prop_assert_eq!(&from_snapshot, &from_events);
        }
        spy.gives(Gives::What);
        prop_assert_eq!(tallies(&spy).get(tally.id()).unwrap(), tally);
    }

    #[test]
    fn in_sqlite_too(steps in steps()) {
        let store = SqliteStore::in_memory().unwrap();
        let tally = run(store.clone(), &steps);
        prop_assert_eq!(Repository::<Tally>::new(store).blocking().get(tally.id()).unwrap(), tally);
    }
}
