//! A save compares as much as a type has for it.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

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
