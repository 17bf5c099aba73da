//! A store that takes less than others.

use eventsourcing::error::{ImportError, ImportLineError, InvalidCommit};
use eventsourcing::prelude::*;
use eventsourcing::store::Limits;
use eventsourcing_tests::{Account, Least};
use pollster::block_on;

#[test]
fn what_is_beyond_it_is_refused_before_it_is_asked() {
    let accounts = Repository::<Account>::new(Least::default());
    let mut account = Account::open("alice");
    let limit = Limits::FLOOR.max_events;
    (0..limit).for_each(|_| account.deposit(1));
    let refused = block_on(accounts.save(&mut account)).unwrap_err();
    assert!(
        matches!(refused, SaveError::InvalidCommit(InvalidCommit::TooManyEvents { limit: 500, .. })),
        "{refused:?}"
    );
    assert_eq!(account.pending_events().len(), limit + 1, "nothing is lost");

    let mut account = Account::open("bob");
    (1..limit).for_each(|_| account.deposit(1));
    assert_eq!(block_on(accounts.save(&mut account)).unwrap(), limit as u64);
}

#[test]
fn an_import_makes_commits_that_it_takes() {
    let from = Repository::<Account>::new(MemoryStore::new());
    let mut account = Account::open("alice");
    (0..1200).for_each(|_| account.deposit(1));
    block_on(from.save(&mut account)).unwrap();
    let mut lines = Vec::new();
    block_on(from.log().export(&mut lines)).unwrap();

    let to = Repository::<Account>::new(Least::default());
    assert_eq!(block_on(to.import(&mut &lines[..])).unwrap().stored, 1201);
    assert_eq!(block_on(to.get(account.id())).unwrap(), account);

    let mut large = Account::open(&"a".repeat(Limits::FLOOR.max_payload_bytes));
    block_on(from.save(&mut large)).unwrap();
    let mut lines = Vec::new();
    block_on(from.log().export(&mut lines)).unwrap();
    let refused = block_on(to.import(&mut &lines[..])).unwrap_err();
    let ImportError::Line {
        line: 1202,
        source: ImportLineError::InvalidCommit(InvalidCommit::PayloadTooLarge { event, .. }),
        ..
    } = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!(event, "Opened");
}
