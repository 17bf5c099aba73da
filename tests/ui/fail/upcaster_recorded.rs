//! What an upcaster takes beside the old fields.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
}

#[events(retired(Unmarked, Twice, Typo))]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[upcast(Unmarked, from = 1)]
    fn unmarked_v1(recorded: &Recorded<()>) -> Option<AccountEvent> {
        None
    }

    #[upcast(Twice, from = 1)]
    fn twice_v1(#[upcast(recorded)] one: &Recorded<()>, #[upcast(recorded)] other: &Recorded<()>) -> Option<AccountEvent> {
        None
    }

    #[upcast(Typo, from = 1)]
    fn typo_v1(#[upcast(record)] recorded: u8) -> Option<AccountEvent> {
        None
    }
}

#[derive(Aggregate)]
struct Door {
    root: Root<Self>,
}

/// Its type is a question for the compiler.
#[events(retired(Owned, Other))]
impl Door {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[upcast(Owned, from = 1)]
    fn owned_v1(#[upcast(recorded)] recorded: Recorded<()>) -> Option<DoorEvent> {
        None
    }

    #[upcast(Other, from = 1)]
    fn other_v1(#[upcast(recorded)] time: std::time::SystemTime) -> Option<DoorEvent> {
        None
    }
}

fn main() {}
