//! A commit with claims whose answer is lost: sent again it is stored once, with its claims.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use eventsourcing::Position;
use eventsourcing::error::StoreErrorKind;
use eventsourcing_tests::Answer;

use super::*;

const IN_DOUBT: [Answer; 5] = [
    Answer::IsLost,
    Answer::Fails(StoreErrorKind::OutcomeUnknown),
    Answer::NeverComes,
    Answer::NothingComes,
    Answer::ComesLate,
];

/// Saves so that it is not known whether that is stored.
fn send(store: &Faulty, answer: Answer, customer: &mut Customer) {
    let customers = Repository::<Customer>::new(store.clone());
    store.next(answer);
    until_sent(store, customers.save(customer));
}

/// Polls a save until its commit has come to the store, and then drops it.
fn until_sent(store: &Faulty, saving: impl Future<Output = Result<Position, SaveError>>) {
    let mut saving = pin!(saving);
    let before = store.commits().len();
    loop {
        match saving.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => return assert!(result.is_err()),
            Poll::Pending if store.commits().len() > before => return,
            // It reads a claim.
            Poll::Pending => thread::yield_now(),
        }
    }
}

/// It knows nothing of a commit that was not even sent.
#[test]
fn a_save_that_is_dropped_while_it_reads_claims_is_as_any_other() {
    let store = SqliteStore::in_memory().unwrap();
    let customers = Repository::<Customer>::new(store.clone());
    let mut alice = saved(&customers.blocking(), "a");
    for email in ["b", "c", "d"] {
        alice.move_to(email);
        let mut saving = Box::pin(customers.save(&mut alice));
        let _ = saving.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        drop(saving);
        alice.rename(email);
    }
    block_on(customers.save(&mut alice)).unwrap();
    assert_eq!(holder(&customers.blocking(), "d"), Some(alice.id()));
    check_all(&(Arc::new(store) as _));
}

fn each_doubt(test: impl Fn(Faulty, &blocking::Repository<Customer>, Answer)) {
    for answer in IN_DOUBT {
        each(|store, customers| {
            println!("{answer:?}");
            test(store, customers, answer);
        });
    }
}

#[test]
fn what_was_sent_is_settled_with_its_claims() {
    each_doubt(|store, customers, answer| {
        let mut alice = saved(customers, "a");
        alice.move_to("b");
        send(&store, answer, &mut alice);
        alice.move_to("c");
        customers.save(&mut alice).unwrap();
        store.deliver();
        assert_eq!(claims(&store, "email"), ["Claimed", "Claimed Released", "Claimed Released"]);
        alice.move_to("d");
        customers.save(&mut alice).unwrap();
        check_all(&(Arc::new(store) as _));
    });
}

/// The value may be another's by the time that what was sent is settled: it was not stored then, or was released since.
#[test]
fn what_was_sent_and_not_stored_may_be_taken_since() {
    for answer in [Answer::Fails(StoreErrorKind::OutcomeUnknown), Answer::NothingComes, Answer::ComesLate] {
        each(|store, customers| {
            let mut alice = saved(customers, "a");
            alice.move_to("b");
            send(&store, answer, &mut alice);
            let bob = saved(customers, "b");
            assert_taken(&customers.save(&mut alice), "email", bob.id());
            store.deliver();
            alice.move_to("c");
            customers.save(&mut alice).unwrap();
            check_all(&(Arc::new(store) as _));
        });
    }
}

#[test]
fn several_are_settled_with_their_claims() {
    for answer in IN_DOUBT {
        for store in stores() {
            let shop = Shop::new(store.clone());
            let customers = shop.customers.blocking();
            let (mut alice, mut bob) = (saved(&customers, "a"), saved(&customers, "b"));
            alice.move_to("b");
            bob.move_to("a");
            store.next(answer);
            until_sent(&store, shop.commit((&mut alice, &mut bob)));
            bob.rename("Bob");
            shop.blocking().commit((&mut alice, &mut bob)).unwrap();
            assert_eq!((holder(&customers, "a"), holder(&customers, "b")), (Some(bob.id()), Some(alice.id())));
            store.deliver();
            check_all(&(Arc::new(store) as _));
        }
    }
}

/// An update asks again by itself.
#[test]
fn an_update_settles_what_it_sent() {
    for answer in [Answer::IsLost, Answer::Fails(StoreErrorKind::OutcomeUnknown)] {
        each(|store, customers| {
            let alice = saved(customers, "a");
            store.next(answer);
            customers.update(alice.id(), |alice| alice.move_to("b")).unwrap();
            assert_eq!(claims(&store, "email"), ["Claimed", "Claimed Released"]);
            check_all(&(Arc::new(store) as _));
        });
    }
}

#[test]
fn while_claims_cannot_be_read_nothing_is_stored_and_nothing_lost() {
    each(|store, customers| {
        let mut alice = saved(customers, "a");
        alice.move_to("b");
        store.fail_reads(true);
        let error = customers.save(&mut alice).unwrap_err();
        assert!(matches!(&error, SaveError::Store(error) if error.kind() == StoreErrorKind::Unavailable), "{error:?}");
        store.fail_reads(false);
        customers.save(&mut alice).unwrap();
        assert_eq!(holder(customers, "b"), Some(alice.id()));
        check_all(&(Arc::new(store) as _));
    });
}
