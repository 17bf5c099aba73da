//! One aggregate at a time.

use super::*;

#[test]
fn a_value_is_taken_until_it_is_released() {
    each(|store, customers| {
        let mut alice = saved(customers, "a");
        let mut bob = Customer::with("a");
        assert_taken(&customers.save(&mut bob), "email", alice.id());
        assert_eq!(bob.pending_events().len(), 1, "it is kept");
        assert!(!customers.contains(bob.id()).unwrap());
        assert_eq!(holder(customers, "a"), Some(alice.id()));

        alice.move_to("b");
        customers.save(&mut alice).unwrap();
        assert_eq!((holder(customers, "a"), holder(customers, "b")), (None, Some(alice.id())));
        customers.save(&mut bob).unwrap();
        assert_eq!(holder(customers, "a"), Some(bob.id()));

        alice.move_to("a");
        assert_taken(&customers.save(&mut alice), "email", bob.id());
        alice.move_to("c");
        customers.save(&mut alice).unwrap();
        assert_eq!(claims(&store, "email"), ["Claimed", "Claimed Released", "Claimed Released Claimed"]);
        check_all(&(Arc::new(store) as _));
    });
}

#[test]
fn a_value_that_comes_back_before_it_is_saved_was_never_gone() {
    each(|store, customers| {
        let mut alice = saved(customers, "a");
        alice.move_to("z");
        alice.move_to("a");
        customers.save(&mut alice).unwrap();
        assert_eq!(claims(&store, "email"), ["Claimed"]);
        assert_eq!(store.last_written().len(), 1, "and nothing was asked about it");
    });
}

#[test]
fn nothing_claims_nothing() {
    each(|store, customers| {
        for _ in 0..2 {
            customers.save(&mut Customer::register(None)).unwrap();
        }
        let mut alice = saved(customers, "a");
        alice.set_email(None);
        customers.save(&mut alice).unwrap();
        assert_eq!(holder(customers, "a"), None);
        saved(customers, "a");
        let mut empty = Customer::with("");
        customers.save(&mut empty).unwrap();
        assert_eq!(holder(customers, ""), Some(empty.id()), "an empty text is a value");
        assert_taken(&customers.save(&mut Customer::with("")), "email", empty.id());
        check_all(&(Arc::new(store) as _));
    });
}

#[test]
fn a_discarded_aggregate_holds_nothing_and_a_revived_one_claims_again() {
    each(|store, customers| {
        let named = || Customer::named("key", Some("a".to_owned()));
        let mut alice = named();
        alice.set_phone(Some(1));
        customers.save(&mut alice).unwrap();
        alice.move_to("b");
        alice.leave();
        customers.save(&mut alice).unwrap();
        assert_eq!((holder(customers, "a"), holder(customers, "b")), (None, None));
        assert!(customers.find_by(Customer::PHONE, 1_u64).unwrap().is_none());
        assert_eq!(claims(&store, "email"), ["Claimed Released"], "what it was last was never stored");

        let other = saved(customers, "a");
        assert_taken(&customers.save(&mut named()), "email", other.id());
        customers.update(other.id(), Customer::leave).unwrap();
        let mut again = named();
        customers.save(&mut again).unwrap();
        assert_eq!((again.id(), again.version()), (alice.id(), 5.into()));
        assert_eq!(holder(customers, "a"), Some(alice.id()));
        check_all(&(Arc::new(store) as _));
    });
}

#[test]
fn each_field_has_claims_of_its_own() {
    each(|_, customers| {
        let mut alice = saved(customers, "1");
        alice.set_phone(Some(2));
        customers.save(&mut alice).unwrap();
        let mut bob = saved(customers, "2");
        bob.set_phone(Some(1));
        customers.save(&mut bob).unwrap();
        bob.set_phone(Some(2));
        assert_taken(&customers.save(&mut bob), "phone", alice.id());
        let found = customers.find_by(Customer::PHONE, 2_u64).unwrap();
        assert_eq!(found, Some(alice));
    });
}

#[test]
fn what_is_stale_is_a_conflict_and_not_taken() {
    each(|_, customers| {
        let alice = saved(customers, "a");
        let mut stale = customers.get(alice.id()).unwrap();
        customers.update(alice.id(), |alice| alice.move_to("b")).unwrap();
        saved(customers, "c");
        stale.move_to("c");
        let conflict = customers.save(&mut stale);
        let is_of_aggregate = |error: &SaveError| matches!(error, SaveError::Conflict(conflict) if conflict.stream.aggregate() == "Customer");
        assert!(conflict.as_ref().is_err_and(is_of_aggregate), "{conflict:?}");
        // What it holds as it was loaded is not its own any more.
        stale = customers.get(alice.id()).unwrap();
        stale.move_to("a");
        customers.save(&mut stale).unwrap();
        assert_eq!(holder(customers, "a"), Some(alice.id()));
    });
}

/// It knows what it holds also if it was read from a snapshot, or up to a version.
#[test]
fn what_was_restored_releases_what_it_holds() {
    each(|store, customers| {
        let mut alice = saved(customers, "a");
        alice.rename("Alice");
        alice.rename("Alicia");
        customers.save(&mut alice).unwrap();
        assert!(
            block_on(store.snapshots().unwrap().read_snapshot(eventsourcing::store::SnapshotRead::new(StreamId::new(
                "Customer",
                alice.id().as_uuid()
            ))))
            .unwrap()
            .is_some()
        );
        let mut loaded = customers.get(alice.id()).unwrap();
        loaded.move_to("b");
        customers.save(&mut loaded).unwrap();
        let mut last = customers.get_at(alice.id(), 4).unwrap();
        last.move_to("c");
        customers.save(&mut last).unwrap();
        assert_eq!(claims(&store, "email"), ["Claimed", "Claimed Released", "Claimed Released"]);
        check_all(&(Arc::new(store) as _));
    });
}

#[test]
fn positions_are_those_of_the_events_of_aggregates() {
    each(|store, customers| {
        let mut alice = Customer::with("a");
        alice.rename("Alice");
        let position = customers.save(&mut alice).unwrap();
        let history = customers.history(alice.id()).unwrap();
        if store.limits().dense_positions {
            assert_eq!(position, history[1].position);
            alice.rename("Alicia");
            customers.save(&mut alice).unwrap();
            assert_eq!(store.last_hints(), [Some(history[1].position)]);
        } else {
            assert!(position >= history[1].position);
        }
    });
}

#[test]
fn a_claim_that_cannot_be_read_is_an_error_and_nothing_is_stored() {
    let store = MemoryStore::new();
    let customers = Repository::<Customer>::new(store.clone()).blocking();
    let mut alice = saved(&customers, "a");
    let list = block_on(store.list_streams(StreamList::new("Customer.email"))).unwrap();
    let mut newer = eventsourcing::store::Commit::new();
    newer.append(StreamId::new("Customer.email", list.ids[0]), 1).unwrap().event("Lent", 1, b"{}").unwrap();
    store.blocking().commit(newer).unwrap();

    assert!(matches!(customers.find_by(Customer::EMAIL, "a"), Err(LoadError::Decode { .. })));
    let mut other = Customer::with("a");
    for customer in [&mut alice, &mut other] {
        customer.move_to(if customer.version() == 1 && customer.pending_events().is_empty() { "b" } else { "a" });
        let error = customers.save(customer).unwrap_err();
        assert!(error.to_string().contains("who holds a unique value"), "{error}");
        assert!(!customer.pending_events().is_empty());
    }
    assert_eq!(customers.history(alice.id()).unwrap().len(), 1);
}
