//! What is recorded on a new aggregate, and turns out to follow a discarded one, is the same as what is read: also where an event reads its version.

use eventsourcing::Version;
use eventsourcing::prelude::*;

#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Room {
    root: Root<Self>,
    opened_at: Version,
    entered_at: Vec<Version>,
}

#[events]
impl Room {
    #[event(Opened, revives)]
    fn open(name: &str) -> Self {
        let root = Root::named(name);
        Self { opened_at: root.version(), root, entered_at: Vec::new() }
    }

    #[event(Entered)]
    fn enter(&mut self) {
        self.entered_at.push(self.version());
    }

    #[event(Closed, discard)]
    fn close(&mut self) {}
}

#[test]
fn an_event_reads_the_version_that_it_will_have() {
    let rooms = Repository::<Room>::new(MemoryStore::new()).blocking();
    let mut first = Room::open("attic");
    first.enter();
    first.close();
    rooms.save(&mut first).unwrap();

    let mut second = Room::open("attic");
    second.enter();
    second.enter();
    rooms.save(&mut second).unwrap();
    assert_eq!(second.entered_at, [4, 5].map(Version::from));
    assert_eq!(rooms.get(second.id()).unwrap(), second);

    second.enter();
    rooms.save(&mut second).unwrap();
    assert_eq!(rooms.get(second.id()).unwrap(), second);
}
