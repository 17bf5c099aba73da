//! A release that reads past events of a newer one does not know what they have changed: it gives no value to two, and releases none.

use eventsourcing::log::OnUnknown;
use eventsourcing::{Id, blocking};

use super::*;

mod newer {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Customer {
        root: Root<Self>,
        #[aggregate(unique)]
        email: Option<String>,
    }

    #[events]
    impl Customer {
        #[event(Registered)]
        pub fn register(email: Option<String>) -> Self {
            Self { root: Root::new(), email }
        }

        #[event(MovedAgain)]
        pub fn move_again(&mut self, email: Option<String>) {
            self.email = email;
        }
    }
}

use self::newer::Customer as Newer;

fn text(email: &str) -> Option<String> {
    Some(email.to_owned())
}

/// One that has "b" now, and that the release before still sees with "a".
fn moved(store: &MemoryStore) -> (blocking::Repository<Newer>, Id<Customer>) {
    let newer = Repository::<Newer>::new(store.clone()).blocking();
    let mut alice = Newer::register(text("a"));
    newer.save(&mut alice).unwrap();
    alice.move_again(text("b"));
    newer.save(&mut alice).unwrap();
    (newer, alice.id().as_uuid().into())
}

fn reading_past(store: &MemoryStore, on_unknown: OnUnknown) -> blocking::Repository<Customer> {
    Repository::<Customer>::new(store.clone()).on_unknown(on_unknown).blocking()
}

#[test]
fn a_value_is_not_given_to_two() {
    for on_unknown in [OnUnknown::Keep, OnUnknown::Skip] {
        let store = MemoryStore::new();
        let (newer, alice) = moved(&store);
        let mut bob = Newer::register(text("a"));
        newer.save(&mut bob).unwrap();

        let older = reading_past(&store, on_unknown);
        let back = older.update(alice, |alice| alice.set_email(text("a")));
        assert!(matches!(&back, Err(UpdateError::Save(SaveError::Taken { field: "email", .. }))), "{back:?}");
        older.update(alice, |alice| alice.set_email(text("c"))).unwrap();
        assert_eq!(older.find_by(Customer::EMAIL, "c".to_owned()).unwrap().map(|found| found.id()), Some(alice));
    }
}

#[test]
fn claims_are_not_released_for_what_is_not_known() {
    for on_unknown in [OnUnknown::Keep, OnUnknown::Skip] {
        let store = MemoryStore::new();
        let (newer, _) = moved(&store);
        let refused = reading_past(&store, on_unknown).claim_all();
        assert!(matches!(&refused, Err(UpdateError::Load(LoadError::Decode { .. }))), "{refused:?}");
        assert!(newer.find_by(Newer::EMAIL, "b".to_owned()).unwrap().is_some());
        assert!(matches!(newer.save(&mut Newer::register(text("b"))), Err(SaveError::Taken { .. })));
    }
}
