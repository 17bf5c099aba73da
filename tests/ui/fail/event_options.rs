use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened, nam = "opened", version = 2)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Closed, discard, discard)]
    fn close(&mut self) {}

    #[event(Renamed, name = renamed)]
    fn rename(&mut self) {}

    #[event(Ended, discard = true)]
    fn end(&mut self) {}

    #[event(Named, "named")]
    fn name(&mut self) {}

    #[event(Moved)]
    #[event(Left)]
    fn leave(&mut self) {}

    #[event(Reopened, revives)]
    fn reopen(&mut self) {}
}

#[derive(Aggregate)]
struct Customer {
    root: Root<Self>,
}

#[events(krate = ::eventsourcing)]
impl Customer {
    #[event(Met)]
    fn meet() -> Self {
        Self { root: Root::new() }
    }
}

fn main() {}
