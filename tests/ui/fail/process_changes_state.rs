//! A function of a process that takes `&mut self` changes it by events alone.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    fn place() -> Self {
        Self { root: Root::new() }
    }

    #[event(Released)]
    fn release(&mut self) {}

    #[event(Shipped)]
    fn ship(&mut self) {}
}

#[derive(Application)]
struct Shop {
    orders: Repository<Order>,
    others: Repository<Other>,
}

#[derive(Aggregate, Clone)]
struct Payment {
    root: Root<Self>,
    due: i64,
    notes: Vec<String>,
}

#[events]
impl Payment {
    #[event(Awaited)]
    fn await_money() -> Self {
        Self { root: Root::new(), due: 0, notes: Vec::new() }
    }

    #[event(Got)]
    fn got(&mut self, cents: i64) {
        self.due -= cents;
    }
}

impl Payment {
    fn not_under_events(&mut self) {
        self.due = 0;
    }
}

/// What the macro sees.
#[process(app = Shop)]
impl Payment {
    #[starts_or_continues(OrderEvent::Placed, id = at.id())]
    fn placed(this: Option<Self>, at: &At<Order>) -> Self {
        let mut payment = this.unwrap_or_else(Self::await_money);
        payment.due = 7;
        payment
    }

    #[starts_or_continues(OrderEvent::Released, id = at.id())]
    fn released(this: Option<Self>, at: &At<Order>) -> Self {
        match this {
            Some(mut payment) => {
                payment.due += 1;
                payment
            }
            None => Self::await_money(),
        }
    }

    #[continues(OrderEvent::Shipped, id = at.id())]
    fn shipped(&mut self, at: &At<Order>) {
        self.due -= 1;
        let notes = std::mem::take(&mut self.notes);
        self.got(self.due);
    }

    fn other(&self, other: &mut Self) {}

    fn boxed(self: Box<Self>) {}
}

#[derive(Aggregate, Clone)]
struct Other {
    root: Root<Self>,
    due: i64,
    notes: Vec<String>,
}

#[events]
impl Other {
    #[event(Awaited)]
    fn await_money() -> Self {
        Self { root: Root::new(), due: 0, notes: Vec::new() }
    }

    #[event(Got)]
    fn got(&mut self, cents: i64) {
        self.due -= cents;
    }
}

impl Other {
    fn not_under_events(&mut self, _: i64) {
        self.due = 0;
    }
}

fn change(other: &mut Other) {}

/// What the compiler sees.
#[process(app = Shop, ignore(OrderEvent::..))]
impl Other {
    #[continues(OrderEvent::Placed, id = at.id())]
    fn placed(&mut self, at: &At<Order>) {
        self.notes.push(String::new());
        self.not_under_events(self.due);
        *self = Self::await_money();
        let Self { notes, .. } = self;
        notes.clear();
        let this = self;
        this.got(1);
    }

    #[continues(OrderEvent::Released, id = at.id())]
    async fn released(&mut self, at: &At<Order>) {
        (|| self.notes.clear())();
        self.got(self.due + 1);
        self.helped();
    }

    fn helped(&mut self) {
        self.notes.clear();
    }

    fn lends(&mut self) {
        change(self);
    }
}

fn main() {}
