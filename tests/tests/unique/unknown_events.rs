//! A release that reads past events of a newer one does not know what they have changed: it gives no value to two, and releases none.

use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;
use eventsourcing::{Id, blocking};

use self::newer::Customer as Newer;
use self::older::Customer as Older;

mod older {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub(super) struct Customer {
        root: Root<Self>,
        #[aggregate(unique)]
        email: String,
    }

    #[events]
    impl Customer {
        #[event(Registered)]
        pub(super) fn register(email: &str) -> Self {
            Self { root: Root::new(), email: email.to_owned() }
        }

        #[event(Moved)]
        pub(super) fn move_to(&mut self, email: &str) {
            email.clone_into(&mut self.email);
        }
    }
}

mod newer {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub(super) struct Customer {
        root: Root<Self>,
        #[aggregate(unique)]
        email: String,
    }

    #[events]
    impl Customer {
        #[event(Registered)]
        pub(super) fn register(email: &str) -> Self {
            Self { root: Root::new(), email: email.to_owned() }
        }

        #[event(Moved)]
        pub(super) fn move_to(&mut self, email: &str) {
            email.clone_into(&mut self.email);
        }

        #[event(MovedAgain)]
        pub(super) fn move_again(&mut self, email: &str) {
            email.clone_into(&mut self.email);
        }
    }
}

/// One that has "b" now, and that the release before still sees with "a".
fn moved(store: &MemoryStore) -> (blocking::Repository<Newer>, Id<Older>) {
    let newer = Repository::<Newer>::new(store.clone()).blocking();
    let mut alice = Newer::register("a");
    newer.save(&mut alice).unwrap();
    alice.move_again("b");
    newer.save(&mut alice).unwrap();
    (newer, alice.id().as_uuid().into())
}

fn reading_past(store: &MemoryStore, on_unknown: OnUnknown) -> blocking::Repository<Older> {
    Repository::<Older>::new(store.clone()).on_unknown(on_unknown).blocking()
}

#[test]
fn a_value_is_not_given_to_two() {
    for on_unknown in [OnUnknown::Keep, OnUnknown::Skip] {
        let store = MemoryStore::new();
        let (newer, alice) = moved(&store);
        let mut bob = Newer::register("a");
        newer.save(&mut bob).unwrap();

        let older = reading_past(&store, on_unknown);
        let back = older.update(alice, |alice| alice.move_to("a"));
        assert!(matches!(&back, Err(UpdateError::Save(SaveError::Taken { field: "email", .. }))), "{back:?}");
        older.update(alice, |alice| alice.move_to("c")).unwrap();
        let found = older.find_by(Older::EMAIL, "c").unwrap();
        assert_eq!(found.map(|found| found.id()), Some(alice));
    }
}

#[test]
fn claims_are_not_released_for_what_is_not_known() {
    for on_unknown in [OnUnknown::Keep, OnUnknown::Skip] {
        let store = MemoryStore::new();
        let (newer, _) = moved(&store);
        let refused = reading_past(&store, on_unknown).claim_all();
        assert!(matches!(&refused, Err(UpdateError::Load(LoadError::Decode { .. }))), "{refused:?}");
        assert!(newer.find_by(Newer::EMAIL, "b").unwrap().is_some());
        assert!(matches!(newer.save(&mut Newer::register("b")), Err(SaveError::Taken { .. })));
    }
}
