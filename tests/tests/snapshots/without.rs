//! A store that keeps no snapshots.

use eventsourcing::error::{SnapshotError, StoreErrorKind};
use eventsourcing::prelude::*;
use eventsourcing_tests::Least;

use crate::Tally;
use crate::warnings::warnings;

#[test]
fn aggregates_are_saved_and_loaded_without() {
    let tallies = Repository::<Tally>::new(Least::default()).blocking();
    let (loaded, warnings) = warnings(|| {
        let mut tally = Tally::begin("counted");
        for number in 0..7 {
            tally.add(number);
            tallies.save(&mut tally).unwrap();
        }
        assert_eq!(tallies.get(tally.id()).unwrap(), tally);
        tallies.get_at(tally.id(), 5).unwrap()
    });
    assert_eq!((loaded.version().get(), warnings), (5, vec![]));
}

#[test]
fn one_on_demand_is_refused() {
    let tallies = Repository::<Tally>::new(Least::default()).blocking();
    let mut tally = Tally::begin("counted");
    tallies.save(&mut tally).unwrap();
    let Err(SnapshotError::Store(error)) = tallies.take_snapshot(tally.id()) else {
        panic!("it says that it was taken")
    };
    assert_eq!(error.kind(), StoreErrorKind::Unsupported);
}
