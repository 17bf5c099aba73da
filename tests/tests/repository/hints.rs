//! What a commit says of where the last events of its streams stand.

use eventsourcing::Position;
use eventsourcing::prelude::*;
use eventsourcing_tests::{Account, Faulty};
use pollster::block_on;

#[test]
fn a_save_says_where_the_last_event_stands() {
    let store = Faulty::default();
    let accounts = Repository::<Account>::new(store.clone());
    let (mut first, mut second) = (Account::open("alice"), Account::open("bob"));
    first.deposit(1);
    block_on(accounts.save(&mut first)).unwrap();
    assert_eq!(store.last_hints(), [None], "it has none");
    block_on(accounts.save(&mut second)).unwrap();
    first.deposit(2);
    block_on(accounts.save(&mut first)).unwrap();
    assert_eq!(store.last_hints(), [Some(Position::new(2))], "as it was saved");
    block_on(accounts.update(first.id(), |account| account.deposit(3))).unwrap();
    assert_eq!(store.last_hints(), [Some(Position::new(4))], "as it was loaded");
    block_on(accounts.update(first.id(), |account| account.deposit(4))).unwrap();
    assert_eq!(store.last_hints(), [Some(Position::new(5))]);
}
