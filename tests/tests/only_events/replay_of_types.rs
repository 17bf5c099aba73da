//! A save compares as much as a type has for it.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use eventsourcing::Version;
use eventsourcing::prelude::*;

/// Of these, one cannot be compared, one not shown or cloned, and one has what it is generic over.
#[derive(Aggregate)]
struct Mute {
    root: Root<Self>,
    value: i64,
}

#[derive(Aggregate, PartialEq)]
struct Silent {
    root: Root<Self>,
    value: i64,
}

trait Unit: Clone + Debug + PartialEq + Send + Sync + 'static {
    const NAME: &'static str;
}

impl Unit for u8 {
    const NAME: &'static str = "u8";
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = U::NAME)]
struct Generic<U: Unit> {
    root: Root<Self>,
    value: i64,
    unit: Option<U>,
}

macro_rules! events {
    ($ty:ty, ($($generics:tt)*) $(, $field:ident)?) => {
        #[events]
        impl $($generics)* $ty {
            #[event(Made)]
            fn make() -> Self {
                Self { root: Root::new(), value: 0, $($field: None)? }
            }
        }
    };
}

events!(Mute, ());
events!(Silent, ());
events!(Generic<U>, (<U: Unit>), unit);

/// What a save of a state says that no event made: of a new aggregate, and of one that was loaded.
fn says<A: Aggregate>(make: fn() -> A, forge: fn(&mut A)) -> [Option<String>; 2] {
    let repository = Repository::<A>::new(MemoryStore::new()).blocking();
    let mut stored = make();
    repository.save(&mut stored).unwrap();
    [make(), repository.get(stored.id()).unwrap()].map(|mut aggregate| {
        forge(&mut aggregate);
        let saved = catch_unwind(AssertUnwindSafe(|| repository.save(&mut aggregate)));
        saved.err().map(|panic| panic.downcast_ref::<String>().unwrap().clone())
    })
}

#[test]
fn as_much_as_the_aggregate_has_for_it() {
    assert_eq!(says(Mute::make, |mute| mute.value = 5), [None, None]);
    for text in says(Silent::make, |silent| silent.value = 5) {
        let text = text.unwrap();
        assert!(text.starts_with("`Silent` is not what") && text.ends_with("more than its fields"), "{text}");
    }
    for text in says(Generic::<u8>::make, |generic| generic.value = 5) {
        assert!(text.unwrap().contains("\nreplayed: Generic {"));
    }
}

/// Has what an event may ask for, and what is no part of its state.
#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Sums {
    root: Root<Self>,
    values: Vec<(Version, i64)>,
    #[aggregate(interior_mutable)]
    sum: OnceLock<i64>,
}

#[events]
impl Sums {
    #[event(Begun)]
    fn begin() -> Self {
        let root = Root::new();
        Self { values: vec![(root.version(), 0)], root, sum: OnceLock::new() }
    }

    #[event(Added)]
    fn add(&mut self, value: i64) {
        self.values.push((self.version(), value));
        self.sum = OnceLock::new();
    }

    fn sum(&self) -> i64 {
        *self.sum.get_or_init(|| self.values.iter().map(|(_, value)| value).sum())
    }
}

#[test]
fn an_event_may_ask_for_the_version() {
    let repository = Repository::<Sums>::new(MemoryStore::new()).blocking();
    let mut sums = Sums::begin();
    sums.add(1);
    sums.add(2);
    repository.save(&mut sums).unwrap();
    sums.add(3);
    repository.save(&mut sums).unwrap();
    repository.update(sums.id(), |sums| sums.add(4)).unwrap();
    let loaded = repository.get(sums.id()).unwrap();
    assert_eq!(loaded.values, (0..5).map(|n: i64| (Version::new(n.unsigned_abs()), n)).collect::<Vec<_>>());
}

#[test]
fn what_is_no_part_of_the_state_is_not_compared() {
    let repository = Repository::<Sums>::new(MemoryStore::new()).blocking();
    let mut sums = Sums::begin();
    sums.add(1);
    assert_eq!(sums.sum(), 1);
    repository.save(&mut sums).unwrap();
    let make = || {
        let sums = Sums::begin();
        sums.sum();
        sums
    };
    assert_eq!(says::<Sums>(make, |sums| assert_eq!(sums.sum(), 0)), [None, None]);
    assert!(says::<Sums>(make, |sums| sums.values.push((Version::new(0), 1))).iter().all(Option::is_some));
}
