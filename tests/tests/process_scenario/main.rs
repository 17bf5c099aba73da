//! `ProcessScenario`: what it accepts, and above all what it does not.

mod differing;
mod wrong;

use std::panic::{self, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use eventsourcing::prelude::*;
use eventsourcing::testing::{GivenEvent, ProcessGiven, ProcessScenario};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Aggregate)]
pub(crate) struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    fn place(cents: u64) -> Self {
        Self { root: Root::new() }
    }

    #[event(Paid)]
    fn pay(&mut self, cents: u64) {}

    #[event(Released)]
    pub(crate) fn release(&mut self) {}

    #[event(Cancelled)]
    pub(crate) fn cancel(&mut self) {}
}

#[derive(Aggregate)]
pub(crate) struct Invoice {
    root: Root<Self>,
}

#[events]
impl Invoice {
    #[event(Sent)]
    pub(crate) fn send(order: Id<Order>, rate: f64) -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate)]
pub(crate) struct Payment {
    root: Root<Self>,
    order: Id<Order>,
    due: u64,
}

#[events]
impl Payment {
    #[event(Awaited)]
    fn await_money(order: Id<Order>, due: u64) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()), order, due }
    }

    #[event(Got)]
    fn got(&mut self, cents: u64) {
        self.due -= cents;
    }

    fn get(&mut self, cents: u64) -> Result<(), String> {
        if cents > self.due {
            return Err(format!("{cents} is more than {}", self.due));
        }
        self.got(cents);
        Ok(())
    }
}

#[process(app = Shop, ignore(OrderEvent::Cancelled))]
impl Payment {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cents: u64, cx: &mut Reaction<Shop>) -> Self {
        cx.timer("overdue", at.recorded_at() + 14 * DAY);
        Self::await_money(at.id(), cents)
    }

    #[continues(OrderEvent::Paid, id = at.id())]
    async fn paid(
        &mut self,
        cents: u64,
        cx: &mut Reaction<'_, Shop>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.get(cents)?;
        if self.due == 0 {
            cx.cancel("overdue");
            cx.update(self.order, Order::release).await?;
        }
        Ok(())
    }

    // What the process has committed itself: an invoice whose id is new each time.
    #[continues(OrderEvent::Released, id = at.id())]
    fn released(&mut self, cx: &mut Reaction<Shop>) -> Result<(), SaveError> {
        if cx.app().service.sends {
            cx.create(Invoice::send(self.order, 1.0))?;
        }
        cx.app().service.calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    #[timer("overdue")]
    async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), UpdateError<std::convert::Infallible>> {
        cx.update(self.order, Order::cancel).await
    }
}

/// A service outside.
#[derive(Clone, Default)]
pub(crate) struct Service {
    sends: bool,
    calls: Arc<AtomicU32>,
}

#[derive(Application)]
#[expect(dead_code, reason = "a scenario reads the instances of its process itself")]
pub(crate) struct Shop {
    pub(crate) orders: Repository<Order>,
    pub(crate) invoices: Repository<Invoice>,
    payments: Repository<Payment>,
    counting: Repository<differing::Counting>,
    sending: Repository<differing::Sending>,
    #[application(default)]
    service: Service,
}

pub(crate) fn order() -> Id<Order> {
    Id::from(uuid::Uuid::from_u128(1))
}

pub(crate) fn payment() -> Id<Payment> {
    order().as_uuid().into()
}

pub(crate) const fn placed(cents: u64) -> OrderEvent {
    OrderEvent::Placed { cents }
}

pub(crate) const fn paid(cents: u64) -> OrderEvent {
    OrderEvent::Paid { cents }
}

pub(crate) const fn got(cents: u64) -> PaymentEvent {
    PaymentEvent::Got { cents }
}

/// An order of 5.
pub(crate) fn one() -> ProcessGiven<Payment> {
    ProcessScenario::given([(order(), placed(5))])
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
fn what_is_committed_because_of_an_event_and_of_time() {
    one()
        .when((order(), paid(2)))
        .then_commits([(payment(), got(2))])
        .then_timer(order(), "overdue", UNIX_EPOCH + 14 * DAY)
        .when((order(), paid(3)))
        .then_commits([GivenEvent::new(payment(), got(3)), GivenEvent::new(order(), OrderEvent::Released)])
        .then_no_timer(order(), "overdue")
        .advance(15 * DAY)
        .then_no_commit();
    one()
        .advance(13 * DAY)
        .then_no_commit()
        .advance(DAY)
        .then_commits([(order(), OrderEvent::Cancelled)])
        .then_no_timer(order(), "overdue");
    ProcessScenario::<Payment>::given::<GivenEvent>([])
        .when((order(), placed(5)))
        .then_commits([(payment(), PaymentEvent::Awaited { order: order(), due: 5 })]);
}

#[test]
fn an_event_moves_the_clock_to_when_it_was_recorded() {
    let later = UNIX_EPOCH + 20 * DAY;
    let another = Id::<Order>::new();
    let event = || GivenEvent::new(another, placed(1)).recorded_at(later);
    let awaited = PaymentEvent::Awaited { order: another, due: 1 };
    one()
        .when(event())
        .then_commits([
            GivenEvent::new(order(), OrderEvent::Cancelled),
            GivenEvent::new(Id::<Payment>::from(another.as_uuid()), awaited),
        ])
        .then_timer(another, "overdue", later + 14 * DAY);
    one()
        .and_given([event()])
        .when((another, paid(0)))
        .then_commits([(Id::<Payment>::from(another.as_uuid()), got(0))]);
}

#[test]
fn a_process_that_stops_fails() {
    let unreadable = || one().when(GivenEvent::stored(order(), "Paid", 1, "{}"));
    assert_says(&failure(|| drop(unreadable().then_no_commit())), "`Payment` stops: ");
    assert_says(&failure(|| drop(unreadable().then_parked(order(), ""))), "missing field");
}

#[test]
fn an_application_has_what_a_test_gives_it_and_new_ids_are_no_difference() {
    let service = Service { sends: true, calls: Arc::default() };
    let calls = Arc::clone(&service.calls);
    let said = failure(panic::AssertUnwindSafe(|| {
        one().app(move |shop| shop.service = service.clone()).when((order(), paid(5))).then_no_commit();
    }));
    assert_says(&said, "Sent {\"order\":\"00000000-0000-0000-0000-000000000001\",\"rate\":1.0}");
    assert!(calls.load(Ordering::Relaxed) >= 3, "each way");
}

#[test]
fn an_event_that_cannot_be_stored_fails() {
    let sent = InvoiceEvent::Sent { order: order(), rate: f64::NAN };
    let given = sent.clone();
    let said = failure(move || drop(one().and_given([(Id::<Invoice>::new(), given)]).advance(DAY).then_no_commit()));
    assert_says(&said, "an event cannot be stored, at event 2 of those given: ");
    let said = failure(move || drop(one().advance(DAY).then_commits([(Id::<Invoice>::new(), sent)])));
    assert_says(&said, "an event that is expected cannot be stored: ");
}

#[test]
fn a_scenario_that_asserts_nothing_fails() {
    for said in [
        failure(|| drop(one())),
        failure(|| drop(one().advance(DAY))),
        failure(|| drop(one().advance(DAY).then_no_commit().advance(DAY))),
    ] {
        assert_says(&said, "asserts nothing");
        assert_says(&said, file!());
    }
}
