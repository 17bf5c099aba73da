//! What only the compiler knows.

use eventsourcing::prelude::*;
use eventsourcing::view::At;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open(owner: String) -> Self {
        Self { root: Root::new() }
    }

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {}

    #[event(Withdrawn)]
    pub fn withdraw(&mut self, amount: i64) {}

    #[event(Closed)]
    pub fn close(&mut self) {}
}

mod by_hand {
    use eventsourcing::{Aggregate, Apply, Event, EventKind, Root, RootAccess};

    pub struct Door(Root<Door>);

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    pub enum DoorEvent {
        Built,
        Opened,
        Painted { colour: String },
    }

    impl Event for DoorEvent {
        const KINDS: &'static [EventKind] =
            &[EventKind::new("Built"), EventKind::new("Opened"), EventKind::new("Painted")];

        fn kind(&self) -> &'static EventKind {
            match self {
                Self::Built => &Self::KINDS[0],
                Self::Opened => &Self::KINDS[1],
                Self::Painted { .. } => &Self::KINDS[2],
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

mod shop {
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
}

use shop::OrderEvent;

#[derive(View, Clone)]
pub struct Unhandled {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1, ignore(AccountEvent::Deposited))]
impl Unhandled {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }
}

#[derive(View, Clone)]
pub struct OneUnhandled {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1, ignore(AccountEvent::Deposited, AccountEvent::Withdrawn))]
impl OneUnhandled {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }
}

/// Of an enum that is written by hand, the compiler alone knows the events.
#[derive(View, Clone)]
pub struct UnhandledByHand {
    #[view(key)]
    id: Id<by_hand::Door>,
}

#[projection(version = 1, ignore(by_hand::DoorEvent::Opened))]
impl UnhandledByHand {
    #[on(by_hand::DoorEvent::Built)]
    fn built(at: &At<by_hand::Door>) -> Self {
        Self { id: at.id() }
    }
}

#[derive(View, Clone)]
pub struct Fields {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl Fields {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>, ovner: &str) -> Self {
        Self { id: at.id() }
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self, amount: u32) {}

    #[on(AccountEvent::Withdrawn)]
    fn withdrawn(&mut self, amount: &str) {}
}

#[derive(View, Clone)]
pub struct NoEvents {
    #[view(key)]
    id: Id<Account>,
}

#[projection(version = 1, ignore(AccountEvent::Closd, AccountEvent::Closed, AccountEvent::Deposited, AccountEvent::Withdrawn))]
impl NoEvents {
    #[on(AccountEvent::Openned)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }
}

/// Its key is no id.
#[derive(View, Clone)]
pub struct Keys {
    #[view(key)]
    owner: String,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl Keys {
    #[on(AccountEvent::Opened)]
    fn opened(owner: String) -> Self {
        Self { owner }
    }

    #[on(AccountEvent::Deposited, key = amount)]
    fn deposited(&mut self, amount: i64) {}

    #[on(AccountEvent::Withdrawn, key = at.id())]
    fn withdrawn(&mut self) {}

    #[on(AccountEvent::Closed, key = owner)]
    fn closed(&mut self) {}
}

/// The aggregate is not in scope.
#[derive(View, Clone)]
pub struct OfOthers {
    #[view(key)]
    number: u32,
}

#[projection(version = 1)]
impl OfOthers {
    #[on(OrderEvent::Placed, key = 1_u32)]
    fn placed(this: Option<Self>) -> Self {
        Self { number: 1 }
    }
}

#[derive(Clone)]
pub struct NoView {
    id: Id<Account>,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl NoView {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id() }
    }
}

/// What it lacks is said of the struct alone.
#[derive(View)]
pub struct NoClone {
    #[view(key)]
    id: Id<Account>,
    #[view(index)]
    owner: String,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl NoClone {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>, owner: String) -> Self {
        Self { id: at.id(), owner }
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self) {}
}

/// So is what one of its columns lacks.
#[derive(View, Clone)]
pub struct NotShared {
    #[view(key)]
    id: Id<Account>,
    count: std::cell::Cell<u32>,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl NotShared {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id(), count: 0.into() }
    }
}

fn uses(views: &Views) {
    let _ = views.clone().with::<NoClone>().with::<NotShared>();
    let _ = (views.get::<NoClone>(Id::new()), views.all::<NoClone>().by(NoClone::OWNER, "alice"));
}

#[derive(View, Clone)]
pub struct NoProjection {
    #[view(key)]
    id: Id<Account>,
}

fn main() {
    Views::memory().with::<NoProjection>();
}
