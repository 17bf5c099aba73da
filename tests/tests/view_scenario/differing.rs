//! Handlers that depend on more than their row and their event.

use std::sync::atomic::{AtomicU64, Ordering};

use eventsourcing::prelude::*;
use eventsourcing::testing::{GivenEvent, ViewGiven, ViewScenario};
use eventsourcing::view::At;

use crate::{Account, AccountEvent, assert_says, failure};

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Counts in a static how many deposits there were.
#[derive(View, Clone, Debug, PartialEq)]
struct Counted {
    #[view(key)]
    id: Id<Account>,
    number: u64,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl Counted {
    #[on(AccountEvent::Deposited)]
    fn deposited(at: &At<Account>) -> Self {
        Self { id: at.id(), number: COUNTER.fetch_add(1, Ordering::Relaxed) }
    }
}

/// Fails once in a process.
#[derive(View, Clone, Debug, PartialEq)]
struct Failing {
    #[view(key)]
    id: Id<Account>,
}

static FAILURES: AtomicU64 = AtomicU64::new(0);

#[projection(version = 1, ignore(AccountEvent::..))]
impl Failing {
    #[on(AccountEvent::Deposited)]
    fn deposited(at: &At<Account>) -> Self {
        assert!(FAILURES.fetch_add(1, Ordering::Relaxed) > 1, "the first time, which is run again alone");
        Self { id: at.id() }
    }
}

/// Remembers the last deposit in a static, so that all is the same as long as all is given once and in order.
#[derive(View, Clone, Debug, PartialEq)]
struct Following {
    #[view(key)]
    id: Id<Account>,
    before: u64,
}

static BEFORE: AtomicU64 = AtomicU64::new(0);

#[projection(version = 1, ignore(AccountEvent::..))]
impl Following {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        BEFORE.store(0, Ordering::Relaxed);
        Self { id: at.id(), before: 0 }
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self, amount: u64) {
        self.before += BEFORE.swap(amount, Ordering::Relaxed);
    }
}

fn given<P: eventsourcing::view::Projection<Key: std::fmt::Debug> + PartialEq + std::fmt::Debug>() -> ViewGiven<P> {
    let id = Id::<Account>::new();
    ViewScenario::given([1, 2, 3].map(|amount| GivenEvent::new(id, AccountEvent::Deposited { amount })))
}

#[test]
fn a_handler_that_reads_a_static_fails() {
    let said = failure(|| drop(given::<Counted>().then_rows([])));
    assert_says(&said, "`Counted` has other rows when its events come one by one (`-`) than in one batch (`+`)");
    assert_says(&said, "a handler depends on more than its row and its event");
    assert_says(&said, "number: 2 }\n+ Counted");
}

#[test]
fn a_handler_that_fails_once_only_fails() {
    let said = failure(|| drop(given::<Failing>().then_rows([])));
    assert_says(&said, "`Failing` ");
    assert_says(&said, "a handler depends on more than its row and its event");
}

#[test]
fn a_handler_that_reads_what_an_event_of_another_row_has_left_fails() {
    let [one, other] = [0; 2].map(|_| Id::<Account>::new());
    let deposited = |id, amount| GivenEvent::new(id, AccountEvent::Deposited { amount });
    let opened = |id| GivenEvent::new(id, AccountEvent::Opened { owner: String::new() });
    let history = [opened(one), opened(other), deposited(one, 1), deposited(other, 2)];
    let said = failure(|| drop(ViewScenario::<Following>::given(history).then_rows([])));
    assert_says(&said, "when its events come one by one (`-`) than each for the second time, as after a failure (`+`)");
}
