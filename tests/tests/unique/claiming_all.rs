//! A field that becomes unique when there are values.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::*;

/// The release before.
mod before {
    use eventsourcing::prelude::*;

    #[derive(Aggregate, Debug)]
    #[aggregate(name = "Customer")]
    pub(super) struct Customer {
        root: Root<Self>,
        email: Option<String>,
        phone: Option<u64>,
        name: String,
    }

    #[events]
    impl Customer {
        #[event(Registered, revives)]
        pub(super) fn register(email: Option<String>) -> Self {
            Self { root: Root::new(), email, phone: None, name: String::new() }
        }

        #[event(NamedFor, revives)]
        pub(super) fn named(key: &str, email: Option<String>) -> Self {
            Self { root: Root::named(key), email, phone: None, name: String::new() }
        }

        #[event(Moved)]
        pub(super) fn set_email(&mut self, email: Option<String>) {
            self.email = email;
        }

        #[event(Called)]
        pub(super) fn set_phone(&mut self, phone: Option<u64>) {
            self.phone = phone;
        }

        #[event(Renamed)]
        pub(super) fn rename(&mut self, name: &str) {
            name.clone_into(&mut self.name);
        }

        #[event(Left, discard)]
        pub(super) fn leave(&mut self) {}
    }
}

fn old(store: &Faulty, email: &str) -> before::Customer {
    let mut customer = before::Customer::register(Some(email.to_owned()));
    Repository::new(store.clone()).blocking().save(&mut customer).unwrap();
    customer
}

fn id_of(customer: &before::Customer) -> Id<Customer> {
    Id::from(customer.id().as_uuid())
}

#[test]
fn values_that_are_there_are_claimed_once_and_duplicates_listed() {
    each(|store, customers| {
        let first: Vec<_> = (0..300).map(|n| old(&store, &format!("{n}"))).collect();
        let twice = old(&store, "17");
        let gone = old(&store, "gone");
        Repository::<before::Customer>::new(store.clone())
            .blocking()
            .update(gone.id(), before::Customer::leave)
            .unwrap();
        old(&store, "released").set_email(None);
        assert_eq!(holder(customers, "5"), None, "not before they are claimed");

        let report = customers.claim_all().unwrap();
        assert_eq!((report.claimed, report.found, report.released), (301, 0, 0), "{report:?}");
        let [duplicate] = &*report.duplicates else { panic!("{report:?}") };
        assert_eq!((duplicate.holder, duplicate.other), (id_of(&first[17]), id_of(&twice)));
        assert_eq!(holder(customers, "5"), Some(id_of(&first[5])));
        assert_eq!(holder(customers, "gone"), None);

        let again = customers.claim_all().unwrap();
        assert_eq!((again.claimed, again.found, again.released), (0, 301, 0));
        assert_eq!(again.duplicates, report.duplicates);
        // What is not its own it does not release.
        customers.update(duplicate.other, |other| other.move_to("unique now")).unwrap();
        assert_eq!(holder(customers, "17"), Some(duplicate.holder));
        assert!(customers.claim_all().unwrap().duplicates.is_empty());
        check_all(&(Arc::new(store) as _));
    });
}

/// A value that is not claimed is changed and released as any other.
#[test]
fn what_is_not_claimed_yet_can_be_changed() {
    each(|store, customers| {
        let (one, other) = (old(&store, "a"), old(&store, "b"));
        customers.update(id_of(&one), |one| one.move_to("c")).unwrap();
        customers.update(id_of(&other), Customer::leave).unwrap();
        customers.claim_all().unwrap();
        check_all(&(Arc::new(store) as _));
    });
}

/// A release in which the field was not unique leaves claims that nothing has kept up to date.
#[test]
fn claims_that_nothing_kept_up_to_date_are_put_right() {
    each(|store, customers| {
        let (alice, bob) = (saved(customers, "a"), saved(customers, "b"));
        let olds = Repository::<before::Customer>::new(store.clone()).blocking();
        olds.update(Id::from(alice.id().as_uuid()), |alice| alice.set_email(Some("c".to_owned()))).unwrap();
        olds.update(Id::from(bob.id().as_uuid()), before::Customer::leave).unwrap();
        assert_eq!((holder(customers, "a"), holder(customers, "b")), (None, None), "what is found has the value");
        assert_taken(&customers.save(&mut Customer::with("a")), "email", alice.id());
        let report = customers.claim_all().unwrap();
        assert_eq!((report.claimed, report.found, report.released), (1, 0, 2), "{report:?}");
        saved(customers, "a");
        saved(customers, "b");
        check_all(&(Arc::new(store) as _));
    });
}

#[test]
fn it_claims_beside_writers() {
    each(|store, customers| {
        let ids: Vec<_> = (0..60).map(|n| id_of(&old(&store, &format!("{n}")))).collect();
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            for thread in 0..3 {
                let (ids, done, customers) = (&ids, &done, customers.clone());
                scope.spawn(move || {
                    for round in (0..).take_while(|_| !done.load(Ordering::SeqCst)) {
                        let id = ids[(round * 7 + thread * 13) % ids.len()];
                        let email = format!("{}", (round * 11 + thread * 17) % 90);
                        match customers.update(id, |customer| customer.move_to(&email)) {
                            Ok(()) | Err(UpdateError::Save(SaveError::Taken { .. })) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                });
            }
            for _ in 0..5 {
                customers.claim_all().unwrap();
            }
            done.store(true, Ordering::SeqCst);
        });
        // While values were not claimed yet, others may have taken them; all others are unique.
        for duplicate in customers.claim_all().unwrap().duplicates {
            customers.update(duplicate.other, |other| other.set_email(None)).unwrap();
        }
        assert!(customers.claim_all().unwrap().duplicates.is_empty());
        check_all(&(Arc::new(store) as _));
    });
}
