//! What only the compiler knows.

use eventsourcing::prelude::*;
use eventsourcing::process::Process;

#[derive(Aggregate)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place(total: u64, customer: &str) -> Self {
        Self { root: Root::new() }
    }

    #[event(Released)]
    pub fn release(&mut self) {}

    #[event(Shipped)]
    pub fn ship(&mut self, parcels: Vec<u64>) {}
}

mod by_hand {
    use eventsourcing::{Aggregate, Apply, Event, EventKind, Root, RootAccess};

    pub struct Door(Root<Door>);

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    pub enum DoorEvent {
        Built,
        Opened,
    }

    impl Event for DoorEvent {
        const KINDS: &'static [EventKind] = &[EventKind::new("Built"), EventKind::new("Opened")];

        fn kind(&self) -> &'static EventKind {
            match self {
                Self::Built => &Self::KINDS[0],
                Self::Opened => &Self::KINDS[1],
            }
        }
    }

    impl Apply for Door {
        type Event = DoorEvent;

        fn create(_: DoorEvent) -> Option<Self> {
            Some(Self(Root::new()))
        }

        fn apply(&mut self, _: DoorEvent) {}
    }

    impl Aggregate for Door {
        const NAME: &'static str = "Door";

        fn root(&self) -> &Root<Self> {
            &self.0
        }

        fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
            &mut self.0
        }
    }
}

#[derive(Application)]
pub struct Shop {
    orders: Repository<Order>,
    unhandled: Repository<Unhandled>,
    unhandled_by_hand: Repository<UnhandledByHand>,
    ids: Repository<Ids>,
    fields: Repository<Fields>,
    results: Repository<Results>,
    apps: Repository<Apps>,
    not_send: Repository<NotSend>,
}

#[derive(Application)]
pub struct Other {
    orders: Repository<Order>,
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

process!(Unhandled);
process!(UnhandledByHand);
process!(Ids);
process!(Fields);
process!(Results);
process!(Apps);
process!(NoApp);
process!(NotSend);
process!(NoProcess);

#[process(app = Shop)]
impl Unhandled {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }
}

/// Of an enum that is written by hand, the compiler alone knows the events.
#[process(app = Shop)]
impl UnhandledByHand {
    #[starts(by_hand::DoorEvent::Built, id = at.id())]
    fn built(at: &At<by_hand::Door>) -> Self {
        Self::begin()
    }
}

#[process(app = Shop)]
impl Ids {
    #[starts(OrderEvent::Placed, id = total)]
    fn placed(total: u64) -> Self {
        Self::begin()
    }

    #[continues(OrderEvent::Released, id = (at.id(), "released"))]
    fn released(&mut self, at: &At<Order>) {}

    #[continues(OrderEvent::Shipped, id = order)]
    fn shipped(&mut self) {}
}

#[process(app = Shop, ignore(OrderEvent::Released))]
impl Fields {
    #[starts(OrderEvent::Plaecd, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }

    #[continues(OrderEvent::Placed, id = customer)]
    fn placed_again(&mut self, totl: u64, customer: &str) {}

    #[continues(OrderEvent::Shipped, id = at.id())]
    fn shipped(&mut self, at: &At<Order>, parcels: &[u32]) {}
}

#[process(app = Shop)]
impl Results {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Option<Self> {
        None
    }

    #[continues(OrderEvent::Released, id = at.id())]
    async fn released(&mut self, at: &At<Order>) -> Result<Self, std::fmt::Error> {
        Ok(Self::begin())
    }

    #[continues(OrderEvent::Shipped, id = at.id())]
    async fn shipped(&mut self, at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Result<(), u8> {
        cx.timer("due", cx.now());
        Ok(())
    }

    #[timer("due")]
    fn due(&mut self) -> bool {
        true
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Apps {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cx: &mut Reaction<'_, Other>) -> Self {
        Self::begin()
    }
}

#[process(app = Order, ignore(OrderEvent::..))]
impl NoApp {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl NotSend {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>) -> Self {
        let shared = std::rc::Rc::new(0);
        std::future::ready(()).await;
        drop(shared);
        Self::begin()
    }
}

pub struct NoAggregate;

#[process(app = Shop, ignore(OrderEvent::..))]
impl NoAggregate {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self
    }

    #[continues(OrderEvent::Shipped, id = at.id())]
    fn shipped(&mut self, at: &At<Order>) {}
}

fn run<P: Process>() {}

fn main() {
    run::<NoProcess>();
}
