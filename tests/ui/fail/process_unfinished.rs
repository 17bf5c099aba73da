//! What is not finished is one error of rustc's, and costs itself alone.

use eventsourcing::prelude::*;
use eventsourcing::process::Process;

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place() -> Self {
        Self { root: Root::new() }
    }

    #[event(Shipped)]
    pub fn ship(&mut self) {}
}

#[derive(Application)]
pub struct Shop {
    orders: Repository<Order>,
    payments: Repository<Payment>,
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Payment {
    root: Root<Self>,
    due: i64,
}

#[events]
impl Payment {
    #[event(Awaited)]
    pub fn await_money() -> Self {
        Self { root: Root::new(), due: 7 }
    }

    #[event(Got)]
    pub fn got(&mut self, cents: i64) {
        self.due -= cents;
    }
}

#[process(app = Shop)]
impl Payment {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        let due = at.;
        Self::await_money()
    }

    #[continues(OrderEvent::Shipped, id = at.id())]
    async fn shipped(&mut self, at: &At<Order>, cx: &mut Reaction<'_, Shop>) {
        cx.timer("due", cx.now() + );
        self.got(self.due + );
        self.
    }

    #[timer("due")]
    fn due(&mut self) {
        if self.due == { self.got(1) }
    }

    fn read(&self) -> i64 {
        self.due. + 1
    }

    #[timer("lost")]
    fn lost(&mut self, cx: ) {}
}

/// A row, whose handlers are not finished either.
#[derive(View, Clone, Debug)]
pub struct Row {
    #[view(key)]
    id: Id<Order>,
}

#[projection(version = 1)]
impl Row {
    #[on(OrderEvent::Placed)]
    fn placed(at: &At<Order>) -> Self {
        let id = at.;
        Self { id: at.id() }
    }

    #[on(OrderEvent::Shipped)]
    fn shipped(&mut self) {
        let id = self.;
    }
}

fn main() {
    let _ = (Shop::new(MemoryStore::new()), <Payment as Process>::TIMERS, Payment::await_money().read());
    let _ = Views::memory().with::<Row>();
}
