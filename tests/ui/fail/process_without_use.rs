//! A name that is not there is one mistake, under the name.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place(customer: String, cents: u64) -> Self {
        let _ = (customer, cents);
        Self { root: Root::new() }
    }
}

#[derive(Application)]
pub struct Shop {
    pub orders: Repository<Order>,
    pub payments: Repository<an_event_enum::Payment>,
}

mod an_event_enum {
    use eventsourcing::Error;
    use eventsourcing::prelude::*;

    use uuid::Uuid;

    use super::{Order, Shop};

    #[derive(Aggregate)]
    pub struct Payment {
        root: Root<Self>,
    }

    #[events]
    impl Payment {
        #[event(Awaited)]
        fn awaits(order: Uuid) -> Self {
            Self { root: Root::with_id(order.into()) }
        }

        #[event(Settled)]
        fn settle(&mut self) {}
    }

    #[process(app = Shop)]
    impl Payment {
        #[starts(OrderEvent::Placed, id = at.id())]
        async fn placed(at: &At<Order>, customer: &str, cents: u64, cx: &mut Reaction<'_, Shop>) -> Result<Self, Error> {
            let _ = (customer, cents);
            cx.timer("overdue", at.recorded_at());
            Ok(Self::awaits(at.id().as_uuid()))
        }

        #[timer("overdue")]
        async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), Error> {
            let _ = cx;
            self.settle();
            Ok(())
        }
    }
}

mod an_aggregate {
    use eventsourcing::Error;
    use eventsourcing::prelude::*;

    use uuid::Uuid;

    use super::{OrderEvent, Shop};

    #[derive(Aggregate)]
    pub struct Payment {
        root: Root<Self>,
    }

    #[events]
    impl Payment {
        #[event(Awaited)]
        fn awaits(order: Uuid) -> Self {
            Self { root: Root::with_id(order.into()) }
        }

        #[event(Settled)]
        fn settle(&mut self) {}
    }

    #[process(app = Shop)]
    impl Payment {
        #[starts(OrderEvent::Placed, id = at.id())]
        async fn placed(at: &At<Order>, customer: &str, cents: u64, cx: &mut Reaction<'_, Shop>) -> Result<Self, Error> {
            let _ = (customer, cents);
            cx.timer("overdue", at.recorded_at());
            Ok(Self::awaits(at.id().as_uuid()))
        }

        #[timer("overdue")]
        async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), Error> {
            let _ = cx;
            self.settle();
            Ok(())
        }
    }
}

mod an_application {
    use eventsourcing::Error;
    use eventsourcing::prelude::*;

    use uuid::Uuid;

    use super::{Order, OrderEvent};

    #[derive(Aggregate)]
    pub struct Payment {
        root: Root<Self>,
    }

    #[events]
    impl Payment {
        #[event(Awaited)]
        fn awaits(order: Uuid) -> Self {
            Self { root: Root::with_id(order.into()) }
        }

        #[event(Settled)]
        fn settle(&mut self) {}
    }

    #[process(app = Shop)]
    impl Payment {
        #[starts(OrderEvent::Placed, id = at.id())]
        async fn placed(at: &At<Order>, customer: &str, cents: u64, cx: &mut Reaction<'_, Shop>) -> Result<Self, Error> {
            let _ = (customer, cents);
            cx.timer("overdue", at.recorded_at());
            Ok(Self::awaits(at.id().as_uuid()))
        }

        #[timer("overdue")]
        async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), Error> {
            let _ = cx;
            self.settle();
            Ok(())
        }
    }
}

mod a_field {
    use eventsourcing::Error;
    use eventsourcing::prelude::*;

    use uuid::Uuid;

    use super::{Order, OrderEvent, Shop};

    #[derive(Aggregate)]
    pub struct Payment {
        root: Root<Self>,
    }

    #[events]
    impl Payment {
        #[event(Awaited)]
        fn awaits(order: Uuid) -> Self {
            Self { root: Root::with_id(order.into()) }
        }

        #[event(Settled)]
        fn settle(&mut self) {}
    }

    #[process(app = Shop)]
    impl Payment {
        #[starts(OrderEvent::Placed, id = at.id())]
        async fn placed(at: &At<Order>, customer: &str, cents: Cents, cx: &mut Reaction<'_, Shop>) -> Result<Self, Error> {
            let _ = (customer, cents);
            cx.timer("overdue", at.recorded_at());
            Ok(Self::awaits(at.id().as_uuid()))
        }

        #[timer("overdue")]
        async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), Error> {
            let _ = cx;
            self.settle();
            Ok(())
        }
    }
}

mod an_error {
    use eventsourcing::Error;
    use eventsourcing::prelude::*;

    use uuid::Uuid;

    use super::{Order, OrderEvent, Shop};

    #[derive(Aggregate)]
    pub struct Payment {
        root: Root<Self>,
    }

    #[events]
    impl Payment {
        #[event(Awaited)]
        fn awaits(order: Uuid) -> Self {
            Self { root: Root::with_id(order.into()) }
        }

        #[event(Settled)]
        fn settle(&mut self) {}
    }

    #[process(app = Shop)]
    impl Payment {
        #[starts(OrderEvent::Placed, id = at.id())]
        async fn placed(at: &At<Order>, customer: &str, cents: u64, cx: &mut Reaction<'_, Shop>) -> Result<Self, ShopError> {
            let _ = (customer, cents);
            cx.timer("overdue", at.recorded_at());
            Ok(Self::awaits(at.id().as_uuid()))
        }

        #[timer("overdue")]
        async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), Error> {
            let _ = cx;
            self.settle();
            Ok(())
        }
    }
}

fn main() {}
