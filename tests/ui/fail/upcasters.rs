//! Versions without upcasters, and upcasters without versions.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
}

#[events(retired(Deposited, Moved, Moved, "Split"))]
impl Account {
    #[event(Opened, version = 4)]
    fn open(owner: &str) -> Self {
        Self { root: Root::new() }
    }

    #[event(Deposited, version = 0)]
    fn deposit(&mut self, amount: i64) {}

    #[upcast(Opened, from = 2)]
    fn opened_v2() -> AccountEvent {
        AccountEvent::Opened { owner: String::new() }
    }

    #[upcast(Opened, from = 2)]
    fn opened_v2_again() -> AccountEvent {
        AccountEvent::Opened { owner: String::new() }
    }

    #[upcast(Opened, from = 4)]
    fn opened_v4() -> AccountEvent {
        AccountEvent::Opened { owner: String::new() }
    }

    #[upcast(Opend, from = 1)]
    fn opened_v1() -> AccountEvent {
        AccountEvent::Opened { owner: String::new() }
    }

    #[upcast(Split, from = 2)]
    fn split_v2() -> Option<AccountEvent> {
        None
    }
}

#[derive(Aggregate)]
struct Written {
    root: Root<Self>,
}

#[events]
impl Written {
    #[event(Begun, version = 2)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }

    #[upcast]
    fn unnamed() -> WrittenEvent {
        WrittenEvent::Begun
    }

    #[upcast(Begun)]
    fn without_version() -> WrittenEvent {
        WrittenEvent::Begun
    }

    #[upcast(Begun, from = 0)]
    fn version_0() -> WrittenEvent {
        WrittenEvent::Begun
    }

    #[upcast(Begun, from = 1, to = 2)]
    fn unknown_option() -> WrittenEvent {
        WrittenEvent::Begun
    }

    #[upcast(Begun, from = 1)]
    fn of_self(&self) -> WrittenEvent {
        WrittenEvent::Begun
    }

    #[upcast(Begun, from = 1)]
    async fn later() -> WrittenEvent {
        WrittenEvent::Begun
    }

    #[upcast(Begun, from = 1)]
    fn generic<T>(old: T) -> WrittenEvent {
        WrittenEvent::Begun
    }

    #[upcast(Begun, from = 1)]
    fn nothing() {}

    #[event(Ended)]
    #[upcast(Begun, from = 1)]
    fn both(&mut self) {}
}

#[upcast(Begun, from = 1)]
fn outside() {}

fn main() {}
