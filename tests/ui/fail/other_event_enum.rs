use eventsourcing::Apply;
use eventsourcing::prelude::*;

#[event]
pub enum DoorEvent {
    Installed,
}

#[event]
pub enum WindowEvent {
    Installed,
}

#[derive(Aggregate)]
#[aggregate(event = WindowEvent)]
pub struct Door {
    root: Root<Self>,
}

impl Apply for Door {
    type Event = DoorEvent;

    fn create(_: DoorEvent) -> Option<Self> {
        None
    }

    fn apply(&mut self, _: DoorEvent) {}
}

fn main() {}
