//! `Scenario`: what it accepts, and above all what it does not.

mod recorded_in_vain;
mod waiting;

use std::panic::{self, UnwindSafe};

use eventsourcing::testing::Scenario;
use eventsourcing::{Aggregate, Apply, Event, EventKind, Root, RootAccess};
use eventsourcing_tests::{Account, AccountEvent, Overdrawn};
use serde::{Deserialize, Serialize};

fn opened() -> AccountEvent {
    AccountEvent::Opened { owner: "alice".to_owned() }
}

fn deposited(amount: i64) -> AccountEvent {
    AccountEvent::Deposited { amount }
}

fn withdrawn(amount: i64) -> AccountEvent {
    AccountEvent::Withdrawn { amount }
}

/// What a scenario that must fail says.
#[track_caller]
fn failure(scenario: impl FnOnce() + UnwindSafe) -> String {
    let panicked = panic::catch_unwind(scenario).expect_err("the scenario should have failed");
    panicked.downcast_ref::<String>().cloned().unwrap_or_else(|| (*panicked.downcast_ref::<&str>().unwrap()).to_owned())
}

#[track_caller]
fn assert_says(said: &str, wanted: &str) {
    assert!(said.contains(wanted), "it should say:\n{wanted}\nbut says:\n{said}");
}

#[test]
fn a_command_is_rejected() {
    Scenario::<Account>::given([opened()])
        .when(|account| account.withdraw(9))
        .then_rejected(Overdrawn { balance: 0, amount: 9 })
        .then_state(|account| assert_eq!(account.balance(), 0));
    Scenario::<Account>::given([opened()])
        .when(|account| account.withdraw(9))
        .then_rejected_if(|error| matches!(error, Overdrawn { amount: 9, .. }));
}

#[test]
fn events_follow() {
    Scenario::<Account>::given([opened(), deposited(10)])
        .when(|account| {
            account.withdraw(9)?;
            account.deposit(3);
            Ok::<_, Overdrawn>(account.balance())
        })
        .then([withdrawn(9), deposited(3)])
        .then_returns(4)
        .then_state(|account| assert_eq!((account.balance(), account.version()), (4, 4.into())));
}

#[test]
fn what_a_command_makes_itself_is_asked_for_by_a_predicate() {
    let deposit = || Scenario::<Account>::given([opened()]).when(|account| account.deposit(5));
    let is_deposit = |events: &[AccountEvent]| matches!(events, [AccountEvent::Deposited { amount: 1.. }]);
    deposit().then_if(is_deposit).then_state(|account| assert_eq!(account.balance(), 5));
    assert_says(&failure(|| drop(deposit().then_if(<[_]>::is_empty))), "recorded other events");
    let rejected =
        || drop(Scenario::<Account>::given([opened()]).when(|account| account.withdraw(9)).then_if(|_| true));
    assert_says(&failure(rejected), "the command was rejected");
}

#[test]
fn nothing_follows() {
    Scenario::<Account>::given([opened()]).when(|_| ()).then_nothing();
    Scenario::<Account>::given([opened()]).when(|account| Ok::<_, Overdrawn>(account.balance())).then_returns(0);
    Scenario::<Account>::given([opened()])
        .when(|account| account.deposit(5))
        .then_state(|a| assert_eq!(a.balance(), 5));
}

#[test]
fn an_aggregate_is_created_and_discarded() {
    Scenario::<Account>::given_nothing()
        .when(|| Account::open("alice"))
        .then([opened()])
        .then_state(|account| assert_eq!(account.owner(), "alice"));
    let try_open = |owner: &str| if owner.is_empty() { Err("an owner has a name") } else { Ok(Account::open(owner)) };
    Scenario::<Account>::given_nothing().when(|| try_open("")).then_rejected("an owner has a name");
    Scenario::<Account>::given_nothing().when(|| try_open("alice")).then([opened()]);
    Scenario::<Account>::given([opened()]).when(Account::close).then([AccountEvent::Closed]);
}

#[test]
fn an_id_by_name_stays_the_same() {
    Scenario::<Door>::given([DoorEvent::Built { name: "front".to_owned(), width: Some(0.9) }])
        .when(|_| ())
        .then_state(|door| assert_eq!(door.id(), Root::<Door>::named("front").id()));
}

#[test]
fn other_events_fail_with_a_difference() {
    let said = failure(|| {
        Scenario::<Account>::given([opened(), deposited(10)])
            .when(|account| {
                account.deposit(1);
                account.deposit(2);
                account.deposit(4);
            })
            .then([deposited(1), deposited(3), withdrawn(3), deposited(4)]);
    });
    assert_says(&said, "the command recorded other events");
    let lines = [
        "  Deposited {\"amount\":1}",
        "- Deposited {\"amount\":3}",
        "- Withdrawn {\"amount\":3}",
        "+ Deposited {\"amount\":2}",
        "  Deposited {\"amount\":4}",
    ];
    assert_says(&said, &lines.join("\n"));

    let one = || Scenario::<Account>::given([opened()]).when(|account| account.deposit(1));
    for events in [vec![], vec![deposited(1), deposited(1)], vec![deposited(2)], vec![withdrawn(1)]] {
        failure(|| drop(one().then(events)));
    }
    assert_says(&failure(|| drop(one().then_nothing())), "+ Deposited {\"amount\":1}");
    one().then([deposited(1)]);
}

#[test]
fn another_outcome_fails() {
    let ok = || Scenario::<Account>::given([opened(), deposited(10)]).when(|account| account.withdraw(9));
    let said = failure(|| drop(ok().then_rejected(Overdrawn { balance: 10, amount: 9 })));
    assert_says(&said, "was not rejected");
    assert_says(&said, "Withdrawn {\"amount\":9}");
    failure(|| drop(ok().then_rejected_if(|_| true)));

    let rejected = || Scenario::<Account>::given([opened()]).when(|account| account.withdraw(9));
    assert_says(&failure(|| drop(rejected().then([withdrawn(9)]))), "was rejected: Overdrawn");
    assert_says(&failure(|| drop(rejected().then_nothing())), "was rejected: Overdrawn");
    failure(|| drop(rejected().then_state(|_| ())));
    failure(|| drop(rejected().then_returns(())));
    assert_says(&failure(|| drop(rejected().then_rejected(Overdrawn { balance: 1, amount: 9 }))), "another error");
    failure(|| drop(rejected().then_rejected_if(|_| false)));
    failure(|| drop(rejected().then_rejected(Overdrawn { balance: 0, amount: 9 }).then_returns(())));

    let value = || Scenario::<Account>::given([opened()]).when(|account| Ok::<_, ()>(account.balance()));
    assert_says(&failure(|| drop(value().then_returns(7))), "expected: 7\n  actual: 0");
    assert_says(&failure(|| drop(value().then_nothing().then_returns(7))), "expected: 7\n  actual: 0");
    failure(|| drop(value().then_state(|account| assert_eq!(account.balance(), 1))));
}

#[test]
fn a_scenario_that_asserts_nothing_fails() {
    for said in [
        failure(|| drop(Scenario::<Account>::given([opened()]))),
        failure(|| drop(Scenario::<Account>::given_nothing())),
        failure(|| drop(Scenario::<Account>::given([opened()]).when(|account| account.deposit(1)))),
        failure(|| drop(Scenario::<Account>::given_nothing().when(|| Account::open("alice")))),
    ] {
        assert_says(&said, "asserts nothing");
        assert_says(&said, file!());
    }
    // While panicking already, it leaves the first panic alone.
    let said = failure(|| {
        let _unfinished = Scenario::<Account>::given([opened()]);
        panic!("the first panic");
    });
    assert_eq!(said, "the first panic");
}

#[test]
fn state_that_no_event_made_fails() {
    let said = failure(|| drop(Scenario::<Account>::given([opened()]).when(|account| account.forge(5)).then_nothing()));
    assert_says(&said, "is not what its events make it");
    assert_says(&said, "balance: 5");
    let said = failure(|| {
        let forged = || {
            let mut account = Account::open("alice");
            account.forge(5);
            account
        };
        Scenario::<Account>::given_nothing().when(forged).then([opened()]);
    });
    assert_says(&said, "is not what its events make it");
}

#[test]
fn events_that_are_no_history_fail() {
    assert_says(&failure(|| drop(Scenario::<Account>::given([]))), "given_nothing");
    assert_says(
        &failure(|| drop(Scenario::<Account>::given([deposited(1)]))),
        "cannot be the first event of `Account`",
    );
    assert_says(&failure(|| drop(Scenario::<Account>::given([opened(), AccountEvent::Closed]))), "discard");
    let after_the_end = [opened(), AccountEvent::Closed, deposited(1)];
    assert_says(&failure(|| drop(Scenario::<Account>::given(after_the_end))), "was discarded");
    let said = failure(|| {
        let twice = |account: &mut Account| {
            account.close();
            account.deposit(1);
        };
        Scenario::<Account>::given([opened()]).when(twice).then([AccountEvent::Closed, deposited(1)]);
    });
    assert_says(&said, "cannot be stored: Account/");
}

#[test]
fn events_that_lose_something_when_stored_fail() {
    let built = |width| Scenario::<Door>::given_nothing().when(move || Door::build("front", width));
    // A width beyond ten is not written.
    let said = failure(|| drop(built(11.0).then_nothing()));
    assert_says(&said, "is another event when it is read back from the JSON that it is written as, in field `width`");
    let said = failure(|| drop(built(f64::NAN).then_nothing()));
    assert_says(&said, "cannot be stored");
    built(0.9).then([DoorEvent::Built { name: "front".to_owned(), width: Some(0.9) }]);
}

/// Its events are neither `PartialEq` nor `Debug`.
#[derive(Debug, PartialEq)]
struct Door {
    root: Root<Self>,
    width: f64,
}

#[derive(Clone, Serialize, Deserialize)]
enum DoorEvent {
    Built {
        name: String,
        #[serde(default, skip_serializing_if = "is_wide")]
        width: Option<f64>,
    },
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn is_wide(width: &Option<f64>) -> bool {
    width.is_some_and(|width| width > 10.0)
}

impl Door {
    fn build(name: &str, width: f64) -> Self {
        let built = DoorEvent::Built { name: name.to_owned(), width: Some(width) };
        Root::begin(built, |door: &mut Self| &mut door.root).unwrap()
    }
}

impl Apply for Door {
    type Event = DoorEvent;

    fn create(event: DoorEvent) -> Option<Self> {
        let DoorEvent::Built { name, width } = event;
        Some(Self { root: Root::named(&name), width: width.unwrap_or(1.0) })
    }

    fn apply(&mut self, event: DoorEvent) {
        let DoorEvent::Built { width, .. } = event;
        self.width = width.unwrap_or(1.0);
    }
}

impl Aggregate for Door {
    const NAME: &'static str = "Door";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
        &mut self.root
    }
}

impl Event for DoorEvent {
    const KINDS: &'static [EventKind] = &[EventKind::new("Built")];

    fn kind(&self) -> &'static EventKind {
        &Self::KINDS[0]
    }
}
