//! A shop whose orders wait for their payment, and a service outside that fails as a test wants it.

use std::collections::VecDeque;
use std::error::Error;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use eventsourcing::application::StoreOnly;
use eventsourcing::prelude::*;
use eventsourcing::process::{
    Clock as _, InstanceOf as _, Mode, Process, Reacting, Reaction, Reacts, Source, SystemClock, To,
};
use eventsourcing_tests::Faulty;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Order {
    root: Root<Self>,
    pub(crate) state: &'static str,
}

#[events]
impl Order {
    #[event(Placed)]
    pub(crate) fn place() -> Self {
        Self { root: Root::new(), state: "placed" }
    }

    #[event(Touched)]
    pub(crate) fn touch(&mut self) {}

    #[event(Released)]
    pub(crate) fn release(&mut self) {
        self.state = "released";
    }

    #[event(Cancelled)]
    pub(crate) fn cancel(&mut self) {
        self.state = "cancelled";
    }
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Invoice {
    root: Root<Self>,
}

#[events]
impl Invoice {
    #[event(Paid)]
    pub(crate) fn pay(order: Id<Order>) -> Self {
        Self { root: Root::new() }
    }

    #[event(Reminded)]
    pub(crate) fn remind(order: Id<Order>) -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Payment {
    root: Root<Self>,
    order: Id<Order>,
    pub(crate) paid: u32,
}

#[events]
impl Payment {
    #[event(Awaited)]
    pub(crate) fn await_money(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.instance()), order, paid: 0 }
    }

    #[event(Settled)]
    fn settle(&mut self) {
        self.paid += 1;
    }
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Customer {
    root: Root<Self>,
    #[aggregate(unique)]
    name: String,
}

#[events]
impl Customer {
    #[event(Registered)]
    pub(crate) fn register(name: &str) -> Self {
        Self { root: Root::new(), name: name.to_owned() }
    }

    #[event(RegisteredAs)]
    fn register_as(id: Id<Customer>, name: &str) -> Self {
        Self { root: Root::with_id(id), name: name.to_owned() }
    }
}

#[derive(Application)]
pub(crate) struct Shop {
    pub(crate) customers: Repository<Customer>,
    pub(crate) orders: Repository<Order>,
    pub(crate) invoices: Repository<Invoice>,
    pub(crate) payments: Repository<Payment>,
    #[application(default)]
    pub(crate) outside: Outside,
}

/// Most tests leave the service as it is.
impl StoreOnly for Shop {}

/// What the service outside does when it is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Does {
    Fails,
    Panics,
    Hangs,
    /// It answers after a tenth of a second.
    Lingers,
    /// It fails, and the order was changed since the handler has read it.
    FailsStale,
    /// A command on the order has recorded an event and refuses, and the handler goes on.
    Refuses,
    /// The handler sets a timer of a name that has no handler.
    SetsUnknownTimer,
    /// The handler creates an order that is there.
    CreatesAgain,
    /// The store cannot be read while the handler runs.
    CannotRead,
    /// The store does not answer while the handler runs.
    WaitsForStore,
    /// It blocks the thread as long as a test has the gate.
    Blocks,
    /// The handler gives another instance.
    GivesAnother,
    /// The handler makes a customer.
    Registers,
    /// The handler takes a name for a customer, which another has.
    TakesName,
}

/// A service outside of the program: the keys that it was sent, and what it does next.
#[derive(Clone, Default)]
pub(crate) struct Outside {
    pub(crate) keys: Arc<Mutex<Vec<String>>>,
    pub(crate) next: Arc<Mutex<VecDeque<Does>>>,
    pub(crate) gate: Arc<Mutex<()>>,
    /// The store, where a test lets it fail.
    pub(crate) store: Arc<Mutex<Option<Faulty>>>,
}

impl Outside {
    fn next(&self, key: &str) -> Option<Does> {
        self.keys.lock().unwrap().push(key.to_owned());
        self.next.lock().unwrap().pop_front()
    }
}

/// Runs when it is dropped.
struct AtEnd<F: FnMut()>(F);

impl<F: FnMut()> Drop for AtEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Calls the service for an order; gives another instance, if that is what is to be given.
async fn call(cx: &mut Reaction<'_, Shop>, order: Id<Order>) -> Result<Option<Payment>, Box<dyn Error + Send + Sync>> {
    cx.get(order).await?;
    match cx.app().outside.next(cx.key()) {
        None => {}
        Some(Does::Blocks) => drop(cx.app().outside.gate.lock().unwrap()),
        Some(Does::GivesAnother) => return Ok(Some(Payment::await_money(Id::new()))),
        Some(Does::Registers) => drop(cx.create(Customer::register("bob"))?),
        Some(Does::Fails) => return Err("the service is down".into()),
        Some(Does::Panics) => panic!("the service was not expected to answer so"),
        Some(Does::Hangs) => pending().await,
        Some(Does::Lingers) => SystemClock.sleep_until(SystemTime::now() + Duration::from_millis(100)).await,
        Some(Does::FailsStale) => {
            cx.app().orders.update(order, Order::touch).await?;
            return Err("the service is down".into());
        }
        Some(Does::CannotRead) => {
            let store = cx.app().outside.store.lock().unwrap().clone().ok_or("a test has set it")?;
            store.fail_reads(true);
            let found = cx.find(Id::<Customer>::new()).await.map(|_| ());
            store.fail_reads(false);
            found?;
        }
        Some(Does::WaitsForStore) => {
            let store = cx.app().outside.store.lock().unwrap().clone().ok_or("a test has set it")?;
            store.hang_streams(true);
            let _answers = AtEnd(move || store.hang_streams(false));
            cx.find(Id::<Customer>::new()).await?;
        }
        Some(Does::Refuses) => {
            let refused = cx.update(order, |order| {
                order.touch();
                Err::<(), _>("no")
            });
            refused.await.unwrap_err();
        }
        Some(Does::SetsUnknownTimer) => cx.timer("overdone", cx.now()),
        Some(Does::CreatesAgain) => {
            let again = cx.app().customers.find_by(Customer::NAME, "alice").await?.ok_or("she is there")?;
            cx.create(Customer::register_as(again.id(), "alice again"))?;
        }
        Some(Does::TakesName) => drop(cx.create(Customer::register("alice"))?),
    }
    Ok(None)
}

impl Process for Payment {
    type App = Shop;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Order>(), Source::of::<Invoice>()];
    const TIMERS: &'static [&'static str] = &["overdue"];

    fn fire<'a>(self, _: &'a str, cx: &'a mut Reaction<'_, Shop>) -> Reacting<'a, Self> {
        Box::pin(async move {
            cx.update(self.order, Order::cancel).await?;
            Ok(self)
        })
    }
}

impl Reacts<Order> for Payment {
    fn route(at: &At<Order>, event: &OrderEvent, to: &mut dyn FnMut(To<Self>)) {
        if matches!(event, OrderEvent::Placed) {
            to(To { instance: at.id().instance(), handler: 0, mode: Mode::Starts });
        }
    }

    fn react<'a>(
        _: u16,
        _: Option<Self>,
        at: &'a At<Order>,
        _: &'a OrderEvent,
        cx: &'a mut Reaction<'_, Shop>,
    ) -> Reacting<'a, Self> {
        Box::pin(async move {
            cx.timer("overdue", at.recorded_at() + 14 * DAY);
            Ok(Self::await_money(at.id()))
        })
    }
}

impl Reacts<Invoice> for Payment {
    fn route(_: &At<Invoice>, event: &InvoiceEvent, to: &mut dyn FnMut(To<Self>)) {
        let (order, handler) = match event {
            InvoiceEvent::Paid { order } => (order, 0),
            InvoiceEvent::Reminded { order } => (order, 1),
        };
        to(To { instance: order.instance(), handler, mode: Mode::Continues });
    }

    fn react<'a>(
        handler: u16,
        this: Option<Self>,
        at: &'a At<Invoice>,
        _: &'a InvoiceEvent,
        cx: &'a mut Reaction<'_, Shop>,
    ) -> Reacting<'a, Self> {
        Box::pin(async move {
            let mut this = this.ok_or("it is there")?;
            if handler == 1 {
                cx.timer("overdue", at.recorded_at() + 28 * DAY);
                return Ok(this);
            }
            if let Some(another) = call(cx, this.order).await? {
                return Ok(another);
            }
            cx.cancel("overdue");
            cx.update(this.order, Order::release).await?;
            this.settle();
            Ok(this)
        })
    }
}
