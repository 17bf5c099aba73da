//! Every form of a handler of a process.

use std::time::{Duration, SystemTime};

use eventsourcing::prelude::*;
use eventsourcing::process::Process as _;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Order {
    root: Root<Self>,
    is_released: bool,
}

#[events]
impl Order {
    #[event(Placed)]
    fn place(total: u64, note: Option<String>) -> Self {
        Self { root: Root::new(), is_released: false }
    }

    #[event(Released)]
    fn release(&mut self) {
        self.is_released = true;
    }

    #[event(Shipped)]
    fn ship(&mut self, at: SystemTime, cx: u8, this: u8) {}

    #[event(Cancelled)]
    fn cancelled(&mut self) {}

    fn cancel(&mut self) -> Result<(), TooLate> {
        if self.is_released {
            return Err(TooLate);
        }
        self.cancelled();
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it is too late")]
struct TooLate;

#[derive(Debug, thiserror::Error)]
enum ShopError {
    #[error(transparent)]
    Cancel(#[from] UpdateError<TooLate>),
    #[error(transparent)]
    Release(#[from] UpdateError<std::convert::Infallible>),
    #[error(transparent)]
    Load(#[from] LoadError),
}

type Done<T = ()> = Result<T, ShopError>;

mod invoices {
    use eventsourcing::prelude::*;

    use super::Order;

    #[derive(Aggregate)]
    pub struct Invoice {
        root: Root<Self>,
    }

    #[events]
    impl Invoice {
        #[event(Sent)]
        pub fn send(order: Id<Order>, number: &str) -> Self {
            Self { root: Root::new() }
        }

        #[event(Paid)]
        pub fn pay(&mut self, order: Id<Order>, cents: u64) {}

        #[event(Renumbered)]
        pub fn renumber(&mut self, number: &str) {}
    }
}

use invoices::{Invoice, InvoiceEvent};

#[derive(Application)]
struct Shop {
    orders: Repository<Order>,
    invoices: Repository<Invoice>,
    payments: Repository<Payment>,
    totals: Repository<Totals>,
    logs: Repository<by_hand::Log>,
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Payment {
    root: Root<Self>,
    order: Id<Order>,
    due: u64,
    notes: Vec<String>,
}

#[events]
impl Payment {
    #[event(Awaited)]
    fn await_money(order: Id<Order>, due: u64) -> Self {
        Self { root: Root::with_id(Id::from(order.as_uuid())), order, due, notes: Vec::new() }
    }

    #[event(Got)]
    fn got(&mut self, cents: u64) {
        self.due -= cents;
    }

    #[event(Noted)]
    fn noted(&mut self, notes: &[String], r#type: u8) {
        self.notes.extend_from_slice(notes);
    }

    #[event(Ended, discard)]
    fn r#end(&mut self) {}

    /// A command.
    fn settle(&mut self, cents: u64, with: impl Fn(u64) -> u64) -> bool {
        self.got(with(cents));
        self.due == 0
    }

    fn first_note(&self) -> &str {
        self.notes.first().map_or("", String::as_str)
    }

    fn last_note(&self) -> &str {
        self.notes.last().map_or("", String::as_str)
    }

    fn parse<T: std::str::FromStr>(&self, text: &str) -> Option<T> {
        text.parse().ok()
    }
}

impl std::fmt::Display for Payment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.due)
    }
}

fn read(payment: &Payment) -> u64 {
    payment.due
}

/// Another name of the application, as `self::Order` is one of the aggregate.
type AsShop = Shop;

/// An instance for each order.
#[process(app = Shop, ignore(OrderEvent::Released), ignore(InvoiceEvent::..))]
impl Payment {
    const LIMIT: Duration = Duration::from_secs(14 * 86_400);

    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<self::Order>, total: u64, note: &Option<String>, cx: &mut Reaction<'_, AsShop>) -> Self {
        cx.timer("overdue", at.recorded_at() + 14 * DAY);
        cx.timer("remind", at.recorded_at() + Self::LIMIT);
        assert!(!cx.key().is_empty() || note.is_some());
        Self::await_money(at.id(), total)
    }

    #[continues(InvoiceEvent::Paid, id = order)]
    async fn paid(
        &mut self,
        at: &At<Invoice>,
        order: Id<Order>,
        cents: u64,
        cx: &mut Reaction<'_, Shop>,
    ) -> Result<(), ShopError> {
        cx.cancel("overdue");
        let (first, last) = (self.first_note(), self.last_note());
        let both = format!("{first}{last} at {}", at.position());
        cx.update(order, |order| order.release()).await?;
        if self.settle(cents, |cents| cents) {
            self.noted(&[both, self.order.to_string()], 1);
        }
        Ok(())
    }

    /// Only what is written in it, and what it reads.
    #[cfg(not(feature = "never"))]
    #[continues(OrderEvent::Cancelled, id = at.id())]
    fn cancelled(&mut self, at: &At<Order>) {
        self.got(self.due);
        let due = read(self) + self.due + self.order.as_uuid().as_bytes().len() as u64;
        let Self { notes, .. } = self;
        let count = notes.len();
        assert!(due > 0 && self.parse::<u64>("1") == Some(1) && count == self.notes.len());
        assert!(matches!(self, Self { .. }) && *self == self.clone());
        assert_eq!(format!("{self}"), self.to_string());
        self.settle(self.due, |cents| cents);
        self.give_up(self.due);
        self.end();
    }

    #[continues(OrderEvent::Shipped, id = at.id())]
    fn shipped(
        &mut self,
        at: &At<Order>,
        #[field(at)] when: SystemTime,
        #[field(cx)] _reaction: &u8,
        #[field(this)] that: u8,
    ) -> Done {
        if when > at.recorded_at() || that > 0 {
            return Ok(());
        }
        (|| self.got(1))();
        Ok(())
    }

    #[timer("overdue")]
    async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Done {
        let order = cx.get(self.order).await?;
        if !order.is_released {
            cx.update(self.order, |order| order.cancel()).await?;
        }
        Ok(())
    }

    #[timer("remind")]
    fn remind(&mut self) {
        self.give_up(0);
    }

    /// A function of this block, as handlers have it.
    fn give_up(&mut self, cents: u64) {
        self.got(cents.min(self.due));
    }
}

#[derive(Aggregate)]
struct Totals {
    root: Root<Self>,
    count: u64,
}

#[events]
impl Totals {
    #[event(Began)]
    fn begin(name: &str) -> Self {
        Self { root: Root::named(name), count: 0 }
    }

    #[event(Counted)]
    fn count(&mut self, cents: u64) {
        self.count += 1;
    }
}

/// An instance for each day, and one for each number of an invoice.
#[process(app = Shop, ignore(invoices::InvoiceEvent::Renumbered))]
impl Totals {
    #[starts_or_continues(invoices::InvoiceEvent::Paid, id = format!("{}", cents % 7))]
    #[starts_or_continues(invoices::InvoiceEvent::Paid, id = Id::<Order>::from(order.as_uuid()))]
    fn paid(this: Option<Self>, order: Id<Order>, cents: u64) -> Result<Self, std::fmt::Error> {
        let mut totals = this.unwrap_or_else(|| Self::begin(&format!("{} {order}", cents % 7)));
        totals.count(cents);
        Ok(totals)
    }

    #[starts(invoices::InvoiceEvent::Sent, id = number)]
    fn sent(number: String) -> Self {
        Self::begin(&number)
    }
}

/// Events by hand.
mod by_hand {
    use eventsourcing::Apply;
    use eventsourcing::prelude::*;

    use super::{Order, OrderEvent, Shop};

    #[event]
    pub(super) enum LogEvent {
        Started,
        Written { cents: u64 },
    }

    #[derive(Aggregate)]
    #[aggregate(event = LogEvent)]
    pub(super) struct Log {
        root: Root<Self>,
        cents: u64,
    }

    impl Apply for Log {
        type Event = LogEvent;

        fn create(_: LogEvent) -> Option<Self> {
            Some(Self { root: Root::new(), cents: 0 })
        }

        fn apply(&mut self, event: LogEvent) {
            if let LogEvent::Written { cents } = event {
                self.cents += cents;
            }
        }
    }

    impl Log {
        fn write(&mut self, cents: u64) {
            self.record(LogEvent::Written { cents });
        }
    }

    #[process(app = Shop, ignore(OrderEvent::..))]
    impl Log {
        #[continues(OrderEvent::Placed, id = "log")]
        fn placed(&mut self, total: u64) {
            self.write(total + self.cents);
            self.record(LogEvent::Started);
        }
    }
}

fn main() {
    assert_eq!(Payment::TIMERS, ["overdue", "remind"]);
    assert_eq!(Payment::SOURCES.len(), 2);
    assert_eq!(Totals::SOURCES.len(), 1);
    let mut payment = Payment::await_money(Id::new(), 5);
    payment.got(2);
    payment.remind();
    assert_eq!(payment.due, 3);
}
