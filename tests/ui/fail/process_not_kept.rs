//! A process that its own application does not keep: its log and its files would be without it.

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

#[derive(Aggregate)]
pub struct Wait {
    root: Root<Self>,
}

#[events]
impl Wait {
    #[event(Begun)]
    fn begin(order: Id<Order>) -> Self {
        Self { root: Root::with_id(Id::from(order.as_uuid())) }
    }
}

#[derive(Application)]
pub struct Shop {
    orders: Repository<Order>,
}

#[process(app = Shop)]
impl Wait {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin(at.id())
    }
}

fn main() {}
