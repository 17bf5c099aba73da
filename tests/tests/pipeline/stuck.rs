//! Futures that are not polled, dropped ones, and commands that panic hold up no other caller.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::thread;

use eventsourcing::Repository;
use eventsourcing_tests::Account;
use pollster::block_on;

use crate::{opened, sqlite};

#[test]
fn a_future_that_is_not_polled_holds_up_nobody() {
    let stores = sqlite();
    let id = opened(&stores.ours, 0);
    let accounts = Repository::<Account>::new(Arc::clone(&stores.ours));
    // It holds the turn, and what it reads comes from another thread.
    let mut unpolled = Box::pin(accounts.update(id, |account| account.deposit(100)));
    assert!(unpolled.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| block_on(accounts.update(id, |account| account.deposit(1))).unwrap());
        }
        for _ in 0..16 {
            scope.spawn(|| accounts.blocking().update(id, |account| account.deposit(1)).unwrap());
        }
    });
    // Where the other thread was faster than the poll, its commit was sent by that.
    let balance = block_on(accounts.get(id)).unwrap().balance();
    assert!([32, 132].contains(&balance), "{balance}");
    block_on(unpolled).unwrap();
    assert_eq!(block_on(accounts.get(id)).unwrap().balance(), 132);
}

#[test]
fn a_future_that_is_dropped_with_the_turn_hands_it_on() {
    let stores = sqlite();
    let id = opened(&stores.ours, 0);
    let accounts = Repository::<Account>::new(Arc::clone(&stores.ours));
    let mut context = Context::from_waker(Waker::noop());
    let mut holds = Box::pin(accounts.update(id, |account| account.deposit(100)));
    let mut waits = Box::pin(accounts.update(id, |account| account.deposit(10)));
    let mut last = Box::pin(accounts.update(id, |account| account.deposit(1)));
    assert!(holds.as_mut().poll(&mut context).is_pending());
    assert!(waits.as_mut().poll(&mut context).is_pending());
    assert!(last.as_mut().poll(&mut context).is_pending());
    drop(holds);
    drop(waits);
    block_on(last).unwrap();
    // Each of the dropped ones is stored as a whole or not at all.
    let balance = block_on(accounts.get(id)).unwrap().balance();
    assert!([1, 11, 101, 111].contains(&balance), "{balance}");
}

#[test]
fn a_command_that_panics_hands_the_turn_on() {
    let stores = sqlite();
    let id = opened(&stores.ours, 0);
    let accounts = Repository::<Account>::new(Arc::clone(&stores.ours)).blocking();
    for _ in 0..3 {
        let update = || {
            accounts.update(id, |account| {
                account.deposit(100);
                if account.balance() > 50 {
                    resume_unwind(Box::new("a command panics"));
                }
            })
        };
        assert!(catch_unwind(AssertUnwindSafe(update)).is_err());
        accounts.update(id, |account| account.deposit(1)).unwrap();
    }
    assert_eq!(accounts.get(id).unwrap().balance(), 3);
}
