//! Updates, which are pipelined unless they change what is held.

use std::convert::Infallible;
use std::thread;

use eventsourcing::CommitId;

use super::*;

type Updated = Result<(), UpdateError<Infallible>>;

#[track_caller]
fn assert_update_taken(updated: Updated, holder: Id<Customer>) {
    match updated {
        Err(UpdateError::Save(error)) => assert_taken::<()>(&Err(error), "email", holder),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_update_that_takes_a_taken_value_is_refused_at_once() {
    each(|store, customers| {
        let (alice, bob) = (saved(customers, "a"), saved(customers, "b"));
        let mut runs = 0;
        let updated = customers.update(bob.id(), |bob| {
            runs += 1;
            bob.move_to("a");
        });
        assert_update_taken(updated, alice.id());
        assert_eq!(runs, 1, "it is not tried again");

        let async_customers = Repository::<Customer>::new(store.clone());
        let updated = block_on(async_customers.update_async(bob.id(), |mut bob| async move {
            bob.move_to("a");
            Ok::<_, Infallible>((bob, ()))
        }));
        assert_update_taken(updated, alice.id());
        let retried = Shop::new(store.clone()).blocking().retry(|| {
            runs += 1;
            let mut bob = customers.get(bob.id())?;
            bob.move_to("a");
            customers.save(&mut bob)?;
            Ok::<_, eventsourcing::Error>(())
        });
        assert!(matches!(retried, Err(eventsourcing::Error::Save(SaveError::Taken { .. }))), "{retried:?}");
        assert_eq!(runs, 2, "nor is it there");
        let created = customers.get_or_create(Id::named("key"), || Customer::named("key", Some("a".to_owned())));
        assert!(matches!(created, Err(UpdateError::Save(SaveError::Taken { .. }))), "{created:?}");
        check_all(&(Arc::new(store) as _));
    });
}

/// What each decides on is what the one before has decided, whether that changed a claim or not.
#[test]
fn updates_of_one_aggregate_change_its_claims_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn EventStore>; 3] = [
        Arc::new(MemoryStore::new()),
        Arc::new(Sparse::default()),
        Arc::new(SqliteStore::open(folder.path().join("store.db")).unwrap()),
    ];
    for store in stores {
        let customers = Repository::<Customer>::new(Arc::clone(&store));
        let id = saved(&customers.blocking(), "0").id();
        let next = |customer: &mut Customer| {
            let number: u32 = customer.email.as_deref().unwrap().parse().unwrap();
            customer.move_to(&(number + 1).to_string());
        };
        thread::scope(|scope| {
            for thread in 0..8 {
                let customers = &customers;
                scope.spawn(move || {
                    for round in 0..20 {
                        match (thread + round) % 4 {
                            0 => block_on(customers.update(id, next)).unwrap(),
                            1 => customers.blocking().update(id, next).unwrap(),
                            2 => block_on(customers.update(id, |customer| customer.rename("x"))).unwrap(),
                            _ => customers.blocking().update(id, |customer| customer.rename("y")).unwrap(),
                        }
                    }
                });
            }
        });
        assert_eq!(holder(&customers.blocking(), "80"), Some(id));
        assert_eq!(claims(&*store, "email").len(), 81);
        check_all(&store);
    }
}

/// A commit under an id that was used before is found again, past the events of its claims.
#[test]
fn a_repetition_finds_its_commit_past_the_claims() {
    each(|store, customers| {
        let (alice, bob) = (saved(customers, "a"), saved(customers, "b"));
        let request = CommitId::named("request");
        for _ in 0..2 {
            customers.update_with(request, alice.id(), |alice| alice.move_to("c")).unwrap();
        }
        // The value may be another's by the time that it is repeated.
        customers.update(alice.id(), |alice| alice.move_to("d")).unwrap();
        customers.update(bob.id(), |bob| bob.move_to("c")).unwrap();
        customers.update_with(request, alice.id(), |alice| alice.move_to("c")).unwrap();
        assert_eq!((holder(customers, "c"), holder(customers, "d")), (Some(bob.id()), Some(alice.id())));

        let create = CommitId::named("create");
        let mut first = Customer::with("new");
        customers.save_with(create, &mut first).unwrap();
        let mut again = Customer::with("new");
        customers.save_with(create, &mut again).unwrap();
        assert_eq!(again, first, "it is the one that was created then");
        again.move_to("newer");
        customers.save(&mut again).unwrap();

        let shop = Shop::new(store.clone());
        let both = CommitId::named("both");
        for _ in 0..2 {
            let swap = |(alice, bob): (&mut Customer, &mut Customer)| {
                let (first, second) = (alice.email.clone(), bob.email.clone());
                alice.set_email(second);
                bob.set_email(first);
            };
            shop.blocking().update_with(both, (alice.id(), bob.id()), swap).unwrap();
        }
        assert_eq!((holder(customers, "c"), holder(customers, "d")), (Some(alice.id()), Some(bob.id())));
        check_all(&(Arc::new(store) as _));
    });
}
