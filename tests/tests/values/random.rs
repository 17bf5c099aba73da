//! Random values of every shape: they come back equal, by event and by snapshot, or are refused before they are stored.

use eventsourcing::error::SnapshotError;
use eventsourcing::prelude::*;
use proptest::prelude::*;

use crate::comes_back_as;
use crate::odd::{Odd, odd};
use crate::shapes::{Sound, sound};

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = "chest", snapshot_every = 2)]
struct Chest {
    root: Root<Self>,
    sound: Sound,
    #[aggregate(opaque)]
    odd: Vec<Odd>,
}

#[events]
impl Chest {
    #[event(Made)]
    fn make(sound: Sound) -> Self {
        Self { root: Root::new(), sound, odd: vec![] }
    }

    #[event(Put)]
    fn put(&mut self, odd: Odd) {
        self.odd.push(odd);
    }

    /// Goes to the state and to no event.
    #[event(Emptied)]
    fn empty(&mut self) {
        self.odd.clear();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_every_value_of_comes_back(sound in sound()) {
        let (by_event, by_snapshot) = comes_back_as(sound.clone());
        prop_assert_eq!(&by_event, &sound);
        prop_assert_eq!(&by_snapshot, &sound);
    }

    #[test]
    fn what_some_values_of_do_not_come_back(sound in sound(), odd in prop::collection::vec(odd(), 1..6)) {
        let chests = Repository::<Chest>::new(SqliteStore::in_memory().unwrap()).blocking();
        let mut chest = Chest::make(sound);
        chests.save(&mut chest).unwrap();
        for odd in odd {
            let before = chest.clone();
            chest.put(odd);
            match chests.save(&mut chest) {
                Ok(_) => {}
                Err(SaveError::Encode(_)) => chest = before,
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            }
            prop_assert_eq!(&chests.get(chest.id()).unwrap(), &chest);
            match chests.take_snapshot(chest.id()) {
                Ok(version) => prop_assert_eq!(version, chest.version()),
                Err(SnapshotError::State { .. }) => {}
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            }
            prop_assert_eq!(&chests.get(chest.id()).unwrap(), &chest);
        }
        chests.update(chest.id(), Chest::empty).unwrap();
    }
}
