//! A snapshot is only ever a cache: what it saves, when it is believed, and that the state is the same without it.

mod ignored;
mod random;
mod saved;
mod spy;
mod upcasters;
mod warnings;
mod without;

use eventsourcing::prelude::*;
use eventsourcing::{StreamId, blocking};

use crate::spy::Spy;

/// What most of the tests take snapshots of.
#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = "tally", snapshot_every = 3)]
pub(crate) struct Tally {
    root: Root<Self>,
    pub(crate) label: String,
    pub(crate) total: i64,
    pub(crate) seen: std::collections::BTreeMap<String, Vec<i64>>,
    pub(crate) last: Option<i64>,
}

#[events]
impl Tally {
    #[event(Begun)]
    pub(crate) fn begin(label: &str) -> Self {
        Self { root: Root::new(), label: label.to_owned(), total: 0, seen: [].into(), last: None }
    }

    #[event(Added)]
    pub(crate) fn add(&mut self, number: i64) {
        self.total = self.total.wrapping_mul(31).wrapping_add(number);
        self.seen.entry(format!("{}", number % 3)).or_default().push(number);
        self.last = Some(number).filter(|last| *last >= 0);
    }

    #[event(Reset)]
    pub(crate) fn reset(&mut self) {
        (self.total, self.last) = (0, None);
        self.seen.clear();
    }

    #[event(Ended, discard)]
    pub(crate) fn end(&mut self) {}
}

pub(crate) fn tallies(spy: &Spy) -> blocking::Repository<Tally> {
    Repository::new(spy.clone()).blocking()
}

pub(crate) fn stream<A: Aggregate>(id: Id<A>) -> StreamId {
    StreamId::new(A::NAME, id.as_uuid())
}

/// A tally of so many events, saved one by one.
pub(crate) fn saved(spy: &Spy, events: u64) -> Tally {
    let mut tally = Tally::begin("counted");
    tallies(spy).save(&mut tally).unwrap();
    for number in 1..events {
        tally.add(number.cast_signed());
        tallies(spy).save(&mut tally).unwrap();
    }
    tally
}
