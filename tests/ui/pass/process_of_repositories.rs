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
pub struct Thanks {
    root: Root<Self>,
}

#[events]
impl Thanks {
    #[event(Sent)]
    fn make(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()) }
    }
}

#[process(app = Shop)]
impl Thanks {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::make(at.id())
    }
}

#[derive(Aggregate)]
pub struct Hamper {
    root: Root<Self>,
}

#[events]
impl Hamper {
    #[event(Packed)]
    fn make(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()) }
    }
}

#[process(app = Company)]
impl Hamper {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::make(at.id())
    }
}

#[derive(Aggregate)]
pub struct Bill {
    root: Root<Self>,
}

#[events]
impl Bill {
    #[event(Written)]
    fn make(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()) }
    }
}

#[process(app = Office)]
impl Bill {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::make(at.id())
    }
}

#[derive(Application)]
pub struct Shop {
    orders: Repository<Order>,
    thanks: Repository<Thanks>,
}

/// An application within another.
#[derive(Application)]
pub struct Company {
    shop: Shop,
    hampers: Repository<Hamper>,
}

/// With a field that is never replaced.
#[derive(Application)]
pub struct Office {
    orders: Repository<Order>,
    bills: Repository<Bill>,
    #[application(default)]
    currency: String,
}

impl eventsourcing::application::StoreOnly for Office {}

fn main() {
    let _ = Views::memory().with_process::<Thanks>().with_process::<Hamper>().with_process::<Bill>();
}
