//! A new release that has an event handled by more instances than the one before.

use std::sync::atomic::{AtomicBool, Ordering};

use eventsourcing::prelude::*;
use eventsourcing::process::{InstanceOf as _, Mode, Process, Reacting, Reaction, Reacts, Source, To};
use eventsourcing::testing::TestClock;
use pollster::block_on;

use crate::shop::{DAY, Order, OrderEvent};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Whether the new release runs.
static IS_NEW: AtomicBool = AtomicBool::new(false);

/// Keeps which of its handlers have run, one instance for each role.
#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Audit {
    root: Root<Self>,
    handlers: Vec<u16>,
}

#[events]
impl Audit {
    #[event(Begun)]
    fn begin(id: Id<Audit>) -> Self {
        Self { root: Root::with_id(id), handlers: Vec::new() }
    }

    #[event(Handled)]
    fn handle(&mut self, handler: u16) {
        self.handlers.push(handler);
    }
}

#[derive(Application)]
struct Archive {
    orders: Repository<Order>,
    audits: Repository<Audit>,
}

fn role(role: &str, order: Id<Order>) -> Id<Audit> {
    format!("{role} of {order}").instance()
}

const BUYER: u16 = 0;
const SELLER: u16 = 1;
const STATE: u16 = 2;

impl Process for Audit {
    type App = Archive;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Order>()];
}

impl Reacts<Order> for Audit {
    fn route(at: &At<Order>, _: &OrderEvent, to: &mut dyn FnMut(To<Self>)) {
        let of = [("state", STATE), ("buyer", BUYER), ("seller", SELLER)];
        for (name, handler) in of.into_iter().skip(usize::from(!IS_NEW.load(Ordering::SeqCst))) {
            to(To { instance: role(name, at.id()), handler, mode: Mode::StartsOrContinues });
        }
    }

    fn react<'a>(
        handler: u16,
        this: Option<Self>,
        at: &'a At<Order>,
        _: &'a OrderEvent,
        cx: &'a mut Reaction<'_, Archive>,
    ) -> Reacting<'a, Self> {
        Box::pin(async move {
            if handler == SELLER && !IS_NEW.load(Ordering::SeqCst) {
                return Err("the old release cannot do that".into());
            }
            let name = ["buyer", "seller", "state"][usize::from(handler)];
            let mut this = this.unwrap_or_else(|| Self::begin(role(name, at.id())));
            this.handle(handler);
            assert!(cx.key().ends_with("/0"));
            Ok(this)
        })
    }
}

#[test]
fn a_release_with_more_deliveries_makes_none_twice_and_retries_what_was_parked() -> Tested {
    block_on(async {
        let shop = Archive::new(MemoryStore::new());
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        for (is_new, parked) in [(false, 1), (true, 1)] {
            IS_NEW.store(is_new, Ordering::SeqCst);
            // Without a checkpoint: all is delivered again.
            let views = Views::memory().with_process::<Audit>();
            let running = shop.run(&views)?;
            views.caught_up().await?;
            assert_eq!(views.parked_instances::<Audit>().await?.len(), parked);
            if is_new {
                assert!(views.retry_instance::<Audit>(role("seller", order.id())).await?);
            }
            running.stop().await;
        }
        for (name, handler) in [("buyer", BUYER), ("seller", SELLER), ("state", STATE)] {
            assert_eq!(shop.audits.get(role(name, order.id())).await?.handlers, [handler], "{name}");
        }
        Ok(())
    })
}

/// Has a timer, and no handler of it.
#[derive(Aggregate)]
struct Alarm {
    root: Root<Self>,
}

#[events]
impl Alarm {
    #[event(Armed)]
    fn arm(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.instance()) }
    }
}

#[derive(Application)]
struct Alarms {
    orders: Repository<Order>,
    alarms: Repository<Alarm>,
}

impl Process for Alarm {
    type App = Alarms;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Order>()];
    const TIMERS: &'static [&'static str] = &["ring"];
}

impl Reacts<Order> for Alarm {
    fn route(at: &At<Order>, _: &OrderEvent, to: &mut dyn FnMut(To<Self>)) {
        to(To { instance: at.id().instance(), handler: 0, mode: Mode::Starts });
    }

    fn react<'a>(
        _: u16,
        _: Option<Self>,
        at: &'a At<Order>,
        _: &'a OrderEvent,
        cx: &'a mut Reaction<'_, Alarms>,
    ) -> Reacting<'a, Self> {
        cx.timer("ring", at.recorded_at());
        Box::pin(async { Ok(Self::arm(at.id())) })
    }
}

#[test]
fn a_timer_without_a_handler_is_parked_when_it_fires() -> Tested {
    block_on(async {
        let shop = Alarms::new(MemoryStore::new());
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let views = Views::memory().with_process::<Alarm>();
        let running = shop.run(&views)?;
        views.caught_up().await?;
        assert!(shop.alarms.find(order.id().instance()).await?.is_some());
        let [parked] = &views.parked_instances::<Alarm>().await?[..] else { panic!("the timer is parked") };
        assert!(parked.error.contains("no handler for the timer `ring`"), "{}", parked.error);
        running.stop().await;
        Ok(())
    })
}

/// The release before: its timers are set, and its program is replaced.
mod before {
    use eventsourcing::prelude::*;

    use crate::shop::{DAY, Order, OrderEvent};

    #[derive(Aggregate)]
    pub(crate) struct Loan {
        root: Root<Self>,
    }

    #[events]
    impl Loan {
        #[event(Begun)]
        fn begin(order: Id<Order>) -> Self {
            Self { root: Root::with_id(order.as_uuid().into()) }
        }
    }

    #[derive(Application)]
    pub(crate) struct Bank {
        pub(crate) orders: Repository<Order>,
        #[expect(dead_code, reason = "the process keeps them")]
        loans: Repository<Loan>,
    }

    #[process(app = Bank, ignore(OrderEvent::..))]
    impl Loan {
        #[starts(OrderEvent::Placed, id = at.id())]
        fn placed(at: &At<Order>, cx: &mut Reaction<Bank>) -> Self {
            cx.timer("instalment", at.recorded_at() + DAY);
            cx.timer("greeting", at.recorded_at() + DAY);
            Self::begin(at.id())
        }

        #[timer("instalment")]
        fn instalment(&mut self) {}

        #[timer("greeting")]
        fn greeting(&mut self) {}
    }
}

/// The release after: one timer is set under another name, and one no more.
#[derive(Aggregate)]
pub(crate) struct Loan {
    root: Root<Self>,
}

#[events]
impl Loan {
    #[event(Begun)]
    fn begin(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()) }
    }

    #[event(Billed)]
    fn bill(&mut self) {}

    #[event(Greeted)]
    fn greet(&mut self) {}
}

#[derive(Application)]
pub(crate) struct Bank {
    orders: Repository<Order>,
    loans: Repository<Loan>,
}

#[process(app = Bank, ignore(OrderEvent::..))]
impl Loan {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cx: &mut Reaction<Bank>) -> Self {
        cx.timer("billing", at.recorded_at() + DAY);
        Self::begin(at.id())
    }

    #[timer("billing")]
    #[timer("instalment", retired)]
    fn billing(&mut self) {
        self.bill();
    }

    #[timer("greeting", retired)]
    fn greeting(&mut self) {
        self.greet();
    }
}

#[test]
fn timers_that_only_a_release_before_has_set_still_fire() -> Tested {
    block_on(async {
        let (store, clock) = (MemoryStore::new(), TestClock::new());
        let bank = before::Bank::new(store.clone());
        let views = Views::memory().with_process::<before::Loan>().clock(clock.clone());
        let running = bank.run(&views)?;
        let mut order = Order::place();
        bank.orders.save(&mut order).await?;
        views.settled().await?;
        running.stop().await;
        let bank = Bank::new(store);
        let views = Views::memory().with_process::<Loan>().clock(clock.clone());
        let running = bank.run(&views)?;
        clock.advance(DAY * 2);
        let mut other = Order::place();
        bank.orders.save(&mut other).await?;
        views.settled().await?;
        clock.advance(DAY * 2);
        views.settled().await?;
        running.stop().await;
        let names = |events: Vec<Recorded<LoanEvent>>| -> Vec<String> {
            events.into_iter().map(|recorded| format!("{:?}", recorded.event)).collect()
        };
        let mut events = names(bank.loans.history(order.id().as_uuid().into()).await?).split_off(1);
        events.sort_unstable();
        assert_eq!(events, ["Billed", "Greeted"]);
        assert_eq!(names(bank.loans.history(other.id().as_uuid().into()).await?)[1..], ["Billed"]);
        Ok(())
    })
}
