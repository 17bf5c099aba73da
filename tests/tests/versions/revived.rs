//! One event once, an end and a beginning today.

use eventsourcing::prelude::*;

use crate::append;

#[derive(Aggregate, Debug, PartialEq)]
#[aggregate(name = "seat", snapshot_every = 3)]
struct Seat {
    root: Root<Self>,
    holder: String,
    visits: u32,
}

#[events(retired(Replaced, Ended))]
impl Seat {
    #[event(Taken, revives)]
    fn take(holder: &str) -> Self {
        Self { root: Root::new(), holder: holder.to_owned(), visits: 0 }
    }

    #[event(Visited)]
    fn visit(&mut self) {
        self.visits += 1;
    }

    #[event(Left, discard)]
    fn leave(&mut self) {}

    #[upcast(Replaced, from = 1)]
    fn replaced_v1(holder: String) -> [SeatEvent; 3] {
        [SeatEvent::Left, SeatEvent::Taken { holder }, SeatEvent::Visited]
    }

    #[upcast(Ended, from = 1)]
    fn ended_v1() -> [SeatEvent; 2] {
        [SeatEvent::Visited, SeatEvent::Left]
    }
}

#[test]
fn an_end_and_a_beginning_that_were_one_event() {
    const TAKEN: (&str, u32, &str) = ("Taken", 1, r#"{"holder":"alice"}"#);
    const REPLACED: (&str, u32, &str) = ("Replaced", 1, r#"{"holder":"bob"}"#);
    let seat = |events: &[(&'static str, u32, &str)]| {
        let (store, id) = (MemoryStore::new(), Id::<Seat>::new());
        append(&store, id, 0, events);
        let seats = Repository::<Seat>::new(store).blocking();
        let found = seats.find(id).unwrap();
        assert_eq!(seats.contains(id).unwrap(), found.is_some());
        found.map(|seat| (seat.holder, seat.visits))
    };
    let bob = |visits| Some(("bob".to_owned(), visits));
    assert_eq!(seat(&[TAKEN, ("Visited", 1, "{}"), REPLACED]), bob(1));
    assert_eq!(seat(&[TAKEN, REPLACED, ("Visited", 1, "{}")]), bob(2));
    assert_eq!(seat(&[TAKEN, REPLACED, ("Ended", 1, "{}")]), None);
    assert_eq!(seat(&[TAKEN, ("Ended", 1, "{}"), REPLACED]), bob(1));
}
