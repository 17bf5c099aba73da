use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Closed)]
    fn close(&mut self) {}
}

fn main() {}
