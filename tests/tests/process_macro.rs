//! Handlers of processes that `#[process]` has written: each is given what it asks for, and all that it does is stored.

use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::process::Process;

#[derive(Aggregate, Debug)]
struct Order {
    root: Root<Self>,
    is_late: bool,
}

#[events]
impl Order {
    #[event(Placed)]
    fn place(cents: u64, tags: &[String]) -> Self {
        Self { root: Root::new(), is_late: false }
    }

    #[event(Paid)]
    fn pay(&mut self, cents: u64) {}

    #[event(Late)]
    fn late(&mut self) {
        self.is_late = true;
    }

    #[event(Noted)]
    fn note(&mut self, at: u64, cx: u64, this: u64) {}
}

/// An instance for each order.
#[derive(Aggregate, Debug)]
struct Payment {
    root: Root<Self>,
    order: Id<Order>,
    due: u64,
    seen: Vec<String>,
}

#[events]
impl Payment {
    #[event(Awaited)]
    fn await_money(order: Id<Order>, due: u64) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()), order, due, seen: Vec::new() }
    }

    #[event(Got)]
    fn got(&mut self, cents: u64) {
        self.due -= cents;
    }

    #[event(Saw)]
    fn saw(&mut self, what: &str) {
        self.seen.push(what.to_owned());
    }

    /// A command.
    fn get(&mut self, cents: u64) -> Result<u64, String> {
        if cents > self.due {
            return Err(format!("{cents} is more than {}", self.due));
        }
        self.got(cents);
        Ok(self.due)
    }

    fn last(&self) -> Option<&str> {
        self.seen.last().map(String::as_str)
    }
}

#[process(app = Shop, ignore(OrderEvent::Late))]
impl Payment {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>, cents: u64, tags: &[String], cx: &mut Reaction<'_, Shop>) -> Self {
        if tags.contains(&"late".to_owned()) {
            cx.timer("overdue", at.recorded_at() + Duration::from_millis(1));
        }
        Self::await_money(at.id(), cents)
    }

    #[continues(OrderEvent::Paid, id = at.id())]
    async fn paid(&mut self, at: &At<Order>, cents: u64) -> Result<(), String> {
        let last = self.last().map(str::to_owned);
        let left = self.get(cents)?;
        self.noted(&format!("{last:?} {left} {} at {}", self.due, at.version()));
        Ok(())
    }

    #[continues(OrderEvent::Noted, id = Id::<Order>::from(at.id().as_uuid()))]
    fn order_noted(&mut self, at: &At<Order>, #[field(at)] when: u64, #[field(cx)] cx_: u64, #[field(this)] that: u64) {
        self.saw(&format!("{when} {cx_} {that} of {}", at.event_name()));
    }

    #[timer("overdue")]
    async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), UpdateError<std::convert::Infallible>> {
        cx.update(self.order, Order::late).await?;
        self.saw("overdue");
        Ok(())
    }

    fn noted(&mut self, what: &str) {
        self.saw(what);
    }
}

/// One instance, and one for each amount.
#[derive(Aggregate, Debug)]
struct Count {
    root: Root<Self>,
    orders: u32,
}

#[events]
impl Count {
    #[event(Began)]
    fn begin(name: &str) -> Self {
        Self { root: Root::named(name), orders: 1 }
    }

    #[event(More)]
    fn more(&mut self) {
        self.orders += 1;
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Count {
    #[starts_or_continues(OrderEvent::Placed, id = "all")]
    #[starts_or_continues(OrderEvent::Placed, id = format!("of {_cents}"))]
    fn placed(this: Option<Self>, #[field(cents)] _cents: u64) -> Self {
        match this {
            Some(mut count) => {
                count.more();
                count
            }
            None => Self::begin("all"),
        }
    }
}

#[derive(Application)]
struct Shop {
    orders: Repository<Order>,
    payments: Repository<Payment>,
    counts: Repository<Count>,
}

#[test]
fn each_handler_is_given_what_it_asks_for() -> Result<(), Box<dyn std::error::Error>> {
    pollster::block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        let mut order = Order::place(7, &["late".to_owned()]);
        order.pay(2);
        order.note(1, 2, 3);
        order.pay(4);
        shop.orders.save(&mut order).await?;
        views.caught_up().await?;
        let payment = Id::<Payment>::from(order.id().as_uuid());
        let mut waits = 0;
        while !shop.orders.get(order.id()).await?.is_late {
            std::thread::sleep(Duration::from_millis(2));
            waits += 1;
            assert!(waits < 10_000, "the timer is not due");
        }
        let payment = shop.payments.get(payment).await?;
        let seen = ["None 5 5 at 2", "1 2 3 of Noted", "Some(\"1 2 3 of Noted\") 1 1 at 4"];
        let mut others = payment.seen.iter().filter(|seen| *seen != "overdue");
        assert!(seen.iter().all(|seen| others.next().is_some_and(|other| other == seen)), "{payment:?}");
        assert_eq!((payment.due, payment.seen.len(), Payment::TIMERS), (1, 4, &["overdue"][..]));
        running.stop().await;
        Ok(())
    })
}

#[test]
fn what_a_handler_refuses_parks_its_instance() -> Result<(), Box<dyn std::error::Error>> {
    pollster::block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        let mut order = Order::place(7, &[]);
        order.pay(8);
        shop.orders.save(&mut order).await?;
        views.caught_up().await?;
        let parked = format!("{:?}", views.parked_instances::<Payment>().await?);
        assert!(parked.contains("8 is more than 7"), "{parked}");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn an_event_goes_to_each_instance_that_it_names() -> Result<(), Box<dyn std::error::Error>> {
    pollster::block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let views = Views::memory().with_process::<Count>();
        let running = shop.run(&views)?;
        for _ in 0..3 {
            shop.orders.save(&mut Order::place(7, &[])).await?;
        }
        views.caught_up().await?;
        assert_eq!(shop.counts.get(Id::named("all")).await?.orders, 3);
        // It was begun under another name than its own.
        let parked = format!("{:?}", views.parked_instances::<Count>().await?);
        assert!(parked.contains(&Id::<Count>::named("of 7").to_string()), "{parked}");
        running.stop().await;
        Ok(())
    })
}
