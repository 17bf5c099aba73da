//! Handlers that depend on more than their instance and their event, or do something that is not part of their commit.

use std::sync::atomic::{AtomicU64, Ordering};

use eventsourcing::prelude::*;
use eventsourcing::testing::{GivenEvent, ProcessScenario};

use crate::{DAY, Invoice, Order, OrderEvent, Shop, assert_says, failure, order, placed};

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Counts in a static.
#[derive(Aggregate)]
pub(crate) struct Counting {
    root: Root<Self>,
}

#[events]
impl Counting {
    #[event(Counted)]
    fn count(order: Id<Order>, number: u64) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()) }
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Counting {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::count(at.id(), COUNTER.fetch_add(1, Ordering::Relaxed))
    }
}

/// Commits by the application, which is not part of the reaction.
#[derive(Aggregate)]
pub(crate) struct Sending {
    root: Root<Self>,
}

#[events]
impl Sending {
    #[event(Begun)]
    fn begin(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()) }
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Sending {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Result<Self, SaveError> {
        cx.app().invoices.save(&mut Invoice::send(at.id(), 1.0)).await?;
        Ok(Self::begin(at.id()))
    }
}

#[test]
fn a_handler_that_counts_in_a_static_fails() {
    let said =
        failure(|| drop(ProcessScenario::<Counting>::given([(order(), placed(1))]).advance(DAY).then_no_commit()));
    assert_says(
        &said,
        "`Counting` does something else when each event is given to it once (`-`) than when each event is given to it twice (`+`)",
    );
    assert_says(&said, "at event 1 of those given: a handler depends on more than its instance");
    assert_says(&said, "Counted {\"order\":\"00000000-0000-0000-0000-000000000001\",\"number\":0}\n+ Counting/");
}

#[test]
fn a_handler_that_commits_by_the_application_fails() {
    let scenario = || ProcessScenario::<Sending>::given::<GivenEvent>([]).when((order(), placed(1)));
    let said = failure(|| drop(scenario().then_no_commit()));
    assert_says(
        &said,
        "`Sending` does something else when each event is given to it once (`-`) than when each runner ends right after a commit (`+`)",
    );
    assert_says(&said, "at what happens then: ");
    assert_says(&said, "or does something that is not part of its commit\n+ Invoice/(new) Sent ");
}
