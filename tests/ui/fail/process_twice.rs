//! Two blocks of one process, where neither is found in the file.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Application)]
pub struct Shop {
    orders: Repository<Order>,
    payments: Repository<Payment>,
}

#[derive(Aggregate)]
pub struct Payment {
    root: Root<Self>,
}

#[events]
impl Payment {
    #[event(Awaited)]
    fn await_money() -> Self {
        Self { root: Root::new() }
    }
}

macro_rules! twice {
    ($($name:ident)*) => {$(
        #[process(app = Shop)]
        impl Payment {
            #[starts(OrderEvent::Placed, id = at.id())]
            fn $name(at: &At<Order>) -> Self {
                Self::await_money()
            }
        }
    )*};
}

twice!(one other);

fn main() {}
