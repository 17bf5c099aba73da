//! In builds with debug assertions, a save finds state that no event made, without being asked.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use eventsourcing::prelude::*;
use pollster::block_on;

#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Account {
    root: Root<Self>,
    cents: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), cents: 0 }
    }

    #[event(Deposited)]
    fn deposit(&mut self, cents: i64) {
        self.cents += cents;
    }

    /// Depends on more than its fields, in a way that the macro does not see.
    #[event(Stamped)]
    fn stamp(&mut self) {
        self.cents = next();
    }
}

fn next() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(0);
    NEXT.fetch_add(1, Relaxed)
}

/// Outside of the block of the events, fields can be written to.
fn forge(account: &mut Account) {
    account.cents += 5;
}

fn forge_and_deposit(account: &mut Account) {
    forge(account);
    account.deposit(1);
}

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

#[track_caller]
fn is_found(save: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(save)).expect_err("it should have panicked");
    let text = panic.downcast_ref::<String>().expect("a text");
    let expected = "`Account` is not what its events make it: something else than an `#[event]` changed its state, or an event depends on \
                    more than its fields\n   saved: Account { root: ";
    assert!(text.starts_with(expected), "{text}");
}

fn stored() -> (Bank, Account, Account) {
    let bank = Bank::new(MemoryStore::new());
    let (mut alice, mut bob) = (Account::open(), Account::open());
    bank.blocking().commit((&mut alice, &mut bob)).unwrap();
    (bank, alice, bob)
}

#[test]
fn whatever_saves() {
    let (bank, mut alice, mut bob) = stored();
    let accounts = bank.accounts.blocking();
    let (id, other) = (alice.id(), bob.id());
    forge_and_deposit(&mut alice);
    is_found(|| drop(accounts.save(&mut alice)));
    is_found(|| drop(bank.blocking().commit((&mut bob, &mut alice))));
    is_found(|| drop(accounts.update(id, forge_and_deposit)));
    is_found(|| drop(block_on(bank.accounts.update(id, forge_and_deposit))));
    is_found(|| drop(accounts.update_with(CommitId::new(), id, forge_and_deposit)));
    is_found(|| drop(bank.blocking().update((id, other), |(_, other)| forge_and_deposit(other))));
    is_found(|| {
        let create = || {
            let mut account = Account { root: Root::named("carol"), cents: 0 };
            Root::record(&mut account, |account| &mut account.root, AccountEvent::Opened);
            forge(&mut account);
            account
        };
        drop(accounts.get_or_create(Id::named("carol"), create));
    });
    is_found(|| {
        let command = async |mut account| {
            forge_and_deposit(&mut account);
            Ok::<_, std::convert::Infallible>((account, ()))
        };
        drop(block_on(bank.accounts.update_async(id, command)));
    });
    for id in [id, other] {
        let untouched = accounts.get(id).unwrap();
        assert_eq!((untouched.version(), untouched.cents), (1.into(), 0), "nothing is stored");
    }
}

#[test]
fn whatever_the_aggregate_came_from() {
    let (bank, alice, _) = stored();
    let accounts = bank.accounts.blocking();
    let mut new = Account::open();
    new.deposit(1);
    forge(&mut new);
    is_found(|| drop(accounts.save(&mut new)));
    let loaded = || accounts.get(alice.id()).unwrap();
    for mut account in [loaded(), loaded().clone(), alice.clone()] {
        forge(&mut account);
        is_found(|| drop(accounts.save(&mut account)));
        is_found(|| drop(accounts.save(&mut account.clone())));
        account.cents -= 5;
        account.deposit(1);
        let _ = accounts.save(&mut account); // or a conflict
        forge_and_deposit(&mut account);
        is_found(|| drop(accounts.save(&mut account)));
    }
}

#[test]
fn also_with_nothing_recorded() {
    let (bank, mut alice, _) = stored();
    forge(&mut alice);
    is_found(|| drop(bank.accounts.blocking().save(&mut alice)));
    // Else the next update would be decided on it.
    is_found(|| drop(bank.accounts.blocking().update(alice.id(), forge)));
}

#[test]
fn an_event_that_depends_on_more_than_its_fields() {
    let (bank, mut alice, _) = stored();
    alice.stamp();
    is_found(|| drop(bank.accounts.blocking().save(&mut alice)));
}

#[test]
fn what_events_made_is_saved_by_each() {
    let (bank, mut alice, mut bob) = stored();
    let accounts = bank.accounts.blocking();
    for _ in 0..3 {
        alice.deposit(1);
        accounts.save(&mut alice).unwrap();
        accounts.update(alice.id(), |account| account.deposit(1)).unwrap();
        alice = accounts.get(alice.id()).unwrap();
        alice.deposit(1);
        bob.deposit(1);
        bank.blocking().commit((&mut alice, &mut bob)).unwrap();
        bank.accounts.check_replay().blocking().save(&mut alice).unwrap();
    }
    assert_eq!((alice.cents, bob.cents), (9, 3));
}

/// `check_replay` finds what a save finds by itself, and no more.
#[test]
fn agrees_with_the_check_that_loads() {
    let (bank, mut alice, _) = stored();
    let checked = bank.accounts.check_replay();
    is_found(|| drop(checked.blocking().update(alice.id(), forge_and_deposit)));
    forge(&mut alice);
    is_found(|| drop(checked.blocking().save(&mut alice)));
    let mut gauge = Gauge::install();
    gauge.measure_nothing();
    Repository::new(MemoryStore::new()).check_replay().blocking().save(&mut gauge).unwrap();
}

/// A state that is not equal to itself.
#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(snapshot_every = 2)]
struct Gauge {
    root: Root<Self>,
    #[aggregate(opaque)]
    celsius: Celsius,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Celsius(#[serde(with = "nothing_as_null")] f64);

mod nothing_as_null {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        (!number.is_nan()).then_some(*number).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}

#[events]
impl Gauge {
    #[event(Installed)]
    fn install() -> Self {
        Self { root: Root::new(), celsius: Celsius(0.0) }
    }

    #[event(Measured)]
    fn measure(&mut self, celsius: i32) {
        self.celsius = Celsius(celsius.into());
    }

    #[event(NothingMeasured)]
    fn measure_nothing(&mut self) {
        self.celsius = Celsius(f64::NAN);
    }
}

#[test]
fn what_is_not_equal_to_itself_is_not_compared() {
    let mut gauge = Gauge::install();
    gauge.measure_nothing();
    Repository::new(MemoryStore::new()).blocking().save(&mut gauge).unwrap();
}

#[test]
fn a_state_that_came_of_a_snapshot() {
    let gauges = Repository::<Gauge>::new(MemoryStore::new()).blocking();
    let mut gauge = Gauge::install();
    gauge.measure(5);
    gauges.save(&mut gauge).unwrap();
    let mut gauge = gauges.get(gauge.id()).unwrap();
    gauge.measure(6);
    gauges.save(&mut gauge).unwrap();
    gauge.celsius.0 += 1.0;
    let found = catch_unwind(AssertUnwindSafe(|| gauges.save(&mut gauge))).unwrap_err();
    assert!(found.downcast_ref::<String>().unwrap().starts_with("`Gauge` is not what its events make it"));
}
