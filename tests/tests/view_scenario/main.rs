//! `ViewScenario`: what it accepts, and above all what it does not.

mod columns;
mod coming_and_going;
mod differing;
mod sql;

use std::panic::{self, UnwindSafe};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventsourcing::prelude::*;
use eventsourcing::testing::{GivenEvent, ViewGiven, ViewScenario};
use eventsourcing::view::At;

#[derive(Aggregate)]
pub(crate) struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open(owner: &str) -> Self {
        Self { root: Root::new() }
    }

    #[event(Deposited)]
    fn deposit(&mut self, amount: u64) {}

    #[event(Closed)]
    fn close(&mut self) {}
}

#[derive(Aggregate)]
pub(crate) struct Transfer {
    root: Root<Self>,
}

#[events]
impl Transfer {
    #[event(Made)]
    fn make(from: Id<Account>, to: Id<Account>, amount: u64, rate: f64) -> Self {
        Self { root: Root::new() }
    }
}

/// What the teller sees.
#[derive(View, Clone, Debug, PartialEq)]
struct Balance {
    #[view(key)]
    id: Id<Account>,
    owner: String,
    amount: u64,
    by: Option<String>,
    at: Option<SystemTime>,
}

#[projection(version = 1)]
impl Balance {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>, owner: &str) -> Self {
        Self { id: at.id(), owner: owner.to_owned(), amount: 0, by: None, at: None }
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self, at: &At<Account>, amount: u64) {
        self.amount += amount;
        self.by = at.metadata().actor().map(str::to_owned);
        self.at = Some(at.recorded_at());
    }

    #[on(AccountEvent::Closed)]
    fn closed(self) -> Option<Self> {
        None
    }

    #[on(TransferEvent::Made, key = from)]
    fn paid(&mut self, from: Id<Account>, amount: u64) {
        assert_eq!(self.id, from);
        self.amount = self.amount.checked_sub(amount).expect("too little");
    }

    #[on(TransferEvent::Made, key = to)]
    fn got(&mut self, to: Id<Account>, amount: u64) {
        assert_eq!(self.id, to);
        self.amount += amount;
    }
}

fn opened(owner: &str) -> AccountEvent {
    AccountEvent::Opened { owner: owner.to_owned() }
}

const fn deposited(amount: u64) -> AccountEvent {
    AccountEvent::Deposited { amount }
}

fn account(number: u8) -> Id<Account> {
    Id::from(uuid::Uuid::from_u128(number.into()))
}

pub(crate) fn alice() -> Id<Account> {
    account(1)
}

fn bob() -> Id<Account> {
    account(2)
}

fn row(id: Id<Account>, owner: &str, amount: u64) -> Balance {
    let at = (amount > 0).then_some(UNIX_EPOCH);
    Balance { id, owner: owner.to_owned(), amount, by: None, at }
}

/// Alice has 5, and Bob nothing.
fn two() -> ViewGiven<Balance> {
    ViewScenario::given([(alice(), opened("alice")), (bob(), opened("bob")), (alice(), deposited(5))])
}

fn made(from: Id<Account>, to: Id<Account>, amount: u64) -> (Id<Transfer>, TransferEvent) {
    (Id::new(), TransferEvent::Made { from, to, amount, rate: 1.0 })
}

/// What a scenario that must fail says.
#[track_caller]
pub(crate) fn failure(scenario: impl FnOnce() + UnwindSafe) -> String {
    let panicked = panic::catch_unwind(scenario).expect_err("the scenario should have failed");
    panicked.downcast_ref::<String>().cloned().unwrap_or_else(|| (*panicked.downcast_ref::<&str>().unwrap()).to_owned())
}

#[track_caller]
pub(crate) fn assert_says(said: &str, wanted: &str) {
    assert!(said.contains(wanted), "it should say:\n{wanted}\nbut says:\n{said}");
}

#[test]
fn rows_of_events_of_several_kinds_of_aggregates() {
    two()
        .and_given([made(alice(), bob(), 2)])
        .then_row(alice(), row(alice(), "alice", 3))
        .then_row(bob(), Balance { at: None, ..row(bob(), "bob", 2) })
        .then_rows([row(alice(), "alice", 3), Balance { at: None, ..row(bob(), "bob", 2) }]);
    two().and_given([(alice(), AccountEvent::Closed)]).then_no_row(alice()).then_rows([row(bob(), "bob", 0)]);
    two()
        .and_given([(alice(), AccountEvent::Closed), (alice(), opened("again"))])
        .then_row(alice(), row(alice(), "again", 0));
    ViewScenario::<Balance>::given::<GivenEvent>([]).then_rows([]);
}

#[test]
fn an_event_is_given_with_what_stands_beside_it() {
    let at = UNIX_EPOCH + Duration::from_micros(1_700_000_000_000_007);
    let by_carol = GivenEvent::new(alice(), deposited(1)).metadata(Metadata::new().with_actor("carol")).recorded_at(at);
    two()
        .and_given([by_carol])
        .then_row(alice(), Balance { by: Some("carol".to_owned()), at: Some(at), ..row(alice(), "alice", 6) });
}

#[test]
fn other_rows_fail_with_a_difference() {
    let said = failure(|| drop(two().then_row(alice(), row(alice(), "alice", 4))));
    assert_says(&said, "`Balance` has another row of Id(00000000-0000-0000-0000-000000000001)");
    assert_says(&said, &format!("\n- {:?}\n+ {:?}", row(alice(), "alice", 4), row(alice(), "alice", 5)));
    let said = failure(|| drop(two().then_row(account(3), row(account(3), "carol", 0))));
    assert_says(&said, "has no row of");
    assert_says(&said, &format!("\n  {:?}", row(bob(), "bob", 0)));
    assert_says(&failure(|| drop(two().then_row(alice(), row(bob(), "bob", 0)))), "has the key");
    assert_says(&failure(|| drop(two().then_no_row(alice()))), "has a row of");

    let (first, second, third) = (row(alice(), "alice", 5), row(bob(), "bob", 0), row(account(3), "carol", 0));
    let expected = [row(alice(), "alice", 4), second.clone(), third];
    let said = failure(move || drop(two().then_rows(expected)));
    assert_says(&said, &format!("\n- {:?}\n+ {first:?}\n  {second:?}\n- ", row(alice(), "alice", 4)));
    let only = second.clone();
    assert_says(&failure(move || drop(two().then_rows([only]))), &format!("\n+ {first:?}\n  {second:?}"));
    assert_says(&failure(move || drop(two().then_rows([second.clone(), second]))), "one of each key");
}

#[test]
fn rows_that_are_parked_are_expected_or_fail() {
    let poor = || two().and_given([made(alice(), bob(), 9), made(alice(), bob(), 1)]);
    poor()
        .then_parked(alice(), "too little")
        .then_row(alice(), row(alice(), "alice", 5))
        .then_row(bob(), Balance { at: None, ..row(bob(), "bob", 10) });
    let said = failure(|| drop(poor().then_row(bob(), row(bob(), "bob", 10))));
    assert_says(&said, "has parked rows: correct the handler, or expect it by `.then_parked(key, \"why\")`");
    assert_says(&said, "with 2 from position 4 on, because the handler panicked: too little");
    for said in [failure(|| drop(poor().then_rows([]))), failure(|| drop(poor().then_no_row(account(3))))] {
        assert_says(&said, "has parked rows");
    }
    let said = failure(|| drop(poor().then_parked(alice(), "too much")));
    assert_says(&said, "for another reason\nexpected: too much\n  actual: the handler panicked: too little");
    let said = failure(|| drop(poor().then_parked(bob(), "")));
    assert_says(&said, "has not parked the row of");
    assert_says(&said, "because the handler panicked: too little");
    ViewScenario::<Balance>::given([(alice(), deposited(1))]).then_parked(alice(), "there is no row").then_rows([]);
    // A value that its column refuses.
    two().and_given([(bob(), deposited(u64::MAX))]).then_parked(bob(), "column `amount`");
}

#[test]
fn a_view_that_stops_is_expected_to_or_fails() {
    let unreadable = || two().and_given([GivenEvent::stored(Id::<Transfer>::new(), "Made", 1, "{}")]);
    unreadable().then_stopped("missing field");
    let said = failure(|| drop(unreadable().then_rows([])));
    assert_says(
        &said,
        "`Balance` stops: correct what it says, or expect it by `.then_stopped(\"why\")`: an event cannot be read",
    );
    assert_says(&failure(|| drop(unreadable().then_parked(alice(), ""))), "`Balance` stops");
    let said = failure(|| unreadable().then_stopped("no reason"));
    assert_says(&said, "stops for another reason\nexpected: no reason\n  actual: an event cannot be read");
    let said = failure(|| two().then_stopped(""));
    assert_says(&said, "`Balance` does not stop. Its rows are\n  Balance");
    let unknown = GivenEvent::stored(Id::<Transfer>::new(), "Undone", 1, "{}");
    two().and_given([unknown]).then_stopped("deploy the release that stored it");

    let poor = || two().and_given([made(alice(), bob(), 9), made(bob(), alice(), 99)]);
    poor().park_at_most(0).then_stopped("too little");
    poor().park_at_most(1).then_stopped("more than 1 rows were parked");
    poor().park_at_most(2).then_parked(alice(), "too little").then_parked(bob(), "too little");
}

#[test]
fn an_event_that_cannot_be_stored_fails() {
    let made = TransferEvent::Made { from: alice(), to: bob(), amount: 1, rate: f64::NAN };
    let said = failure(move || drop(two().and_given([(Id::<Transfer>::new(), made)]).then_rows([])));
    assert_says(&said, "event 4 of those given cannot be stored: ");
}

#[test]
fn a_scenario_that_asserts_nothing_fails() {
    let said = failure(|| drop(two()));
    assert_says(&said, "asserts nothing");
    assert_says(&said, file!());
}
