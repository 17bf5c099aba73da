//! An argument of a handler that is of another kind than the event, the process or its application: one message for each, under what is wrong.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place(total: u64, customer: &str) -> Self {
        let _ = (total, customer);
        Self { root: Root::new() }
    }

    #[event(Released)]
    pub fn release(&mut self) {}
}

#[derive(Aggregate)]
pub struct Guest {
    root: Root<Self>,
}

#[events]
impl Guest {
    #[event(Arrived)]
    pub fn arrive(room: u32) -> Self {
        let _ = room;
        Self { root: Root::new() }
    }

    #[event(Left)]
    pub fn leave(&mut self) {}
}

#[derive(Application)]
pub struct Shop {
    orders: Repository<Order>,
    all_at: Repository<AllAt>,
    first_at: Repository<FirstAt>,
    last_at: Repository<LastAt>,
    two_enums: Repository<TwoEnums>,
    cx: Repository<Cx>,
    types: Repository<Types>,
    no_size: Repository<NoSize>,
    error: Repository<ErrorOfOnesOwn>,
    timers: Repository<Timers>,
}

#[derive(Application)]
pub struct Hotel {
    guests: Repository<Guest>,
}

macro_rules! process {
    ($name:ident) => {
        #[derive(Aggregate)]
        pub struct $name {
            root: Root<Self>,
        }

        #[events]
        impl $name {
            #[event(Begun)]
            fn begin() -> Self {
                Self { root: Root::new() }
            }

            #[event(Gone)]
            fn go(&mut self) {}
        }
    };
}

process!(AllAt);
process!(FirstAt);
process!(LastAt);
process!(TwoEnums);
process!(Cx);
process!(Types);
process!(NoSize);
process!(ErrorOfOnesOwn);
process!(Timers);

#[process(app = Shop, ignore(OrderEvent::..))]
impl AllAt {
    #[starts(OrderEvent::Placed, id = customer)]
    fn placed(at: &At<Guest>, customer: &str, total: u64) -> Self {
        let _ = (at, customer, total);
        Self::begin()
    }
}

#[process(app = Shop)]
impl FirstAt {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Guest>, customer: &str, total: u64, cx: &mut Reaction<'_, Shop>) -> Self {
        let _ = (at, customer, total, cx);
        Self::begin()
    }

    #[continues(OrderEvent::Released, id = at.id())]
    fn released(&mut self, at: &At<Guest>) {
        let _ = at;
    }
}

#[process(app = Shop)]
impl LastAt {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        let _ = at;
        Self::begin()
    }

    #[continues(OrderEvent::Released, id = at.id())]
    fn released(&mut self, at: &At<Guest>) {
        let _ = at;
    }
}

#[process(app = Shop, ignore(OrderEvent::.., GuestEvent::..))]
impl TwoEnums {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        let _ = at;
        Self::begin()
    }

    #[continues(GuestEvent::Arrived, id = at.id())]
    fn arrived(&mut self, at: &At<Order>, room: u32) {
        let _ = (at, room);
    }

    #[continues(GuestEvent::Left, id = at.id())]
    fn left(&mut self, at: &At<Guest>) {
        let _ = at;
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Cx {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cx: &mut Reaction<Hotel>) -> Self {
        let _ = at;
        cx.timer("due", cx.now());
        Self::begin()
    }

    #[timer("due")]
    fn due(&mut self, cx: &mut Reaction<'_, Hotel>) {
        let _ = cx;
    }
}

#[process(app = Shop)]
impl Types {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At, total: i64, customer: &String) -> Self {
        let _ = (at, total, customer);
        Self::begin()
    }

    #[continues(OrderEvent::Released, id = at.id())]
    fn released(&mut self, at: &At<Order>, cx: &mut Reaction) {
        let _ = (at, cx);
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl NoSize {
    #[starts(OrderEvent::Placed, id = customer)]
    fn placed(customer: str) -> Self {
        Self::begin()
    }
}

pub struct MyError;

#[process(app = Shop, ignore(OrderEvent::..))]
impl ErrorOfOnesOwn {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Result<Self, MyError> {
        let _ = at;
        Ok(Self::begin())
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Timers {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Self {
        cx.timer("due", at.recorded_at());
        Self::begin()
    }

    #[timer("due")]
    fn due(&mut self, at: &At<Order>, total: u64) {
        let _ = (at, total);
    }
}

#[derive(View, Clone)]
pub struct Placed {
    #[view(key)]
    customer: String,
    total: u64,
}

#[projection(version = 1, ignore(OrderEvent::Released))]
impl Placed {
    #[on(OrderEvent::Placed, key = customer)]
    fn placed(at: &At<Guest>, customer: &str, total: u64) -> Self {
        let _ = at;
        Self { customer: customer.to_owned(), total }
    }
}

fn main() {}
