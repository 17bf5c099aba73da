//! All aggregates of a kind, page by page and one by one; an aggregate as of a time; its last events; events by name.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventsourcing::StreamId;
use eventsourcing::log::LogEvent;
use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore};
use futures_core::Stream;
use uuid::Uuid;

#[derive(Aggregate, Debug)]
struct Lamp {
    root: Root<Self>,
    level: u32,
}

#[events]
impl Lamp {
    #[event(Installed)]
    fn install(id: Id<Self>) -> Self {
        Self { root: Root::with_id(id), level: 0 }
    }

    #[event(Dimmed, alias = "Set")]
    fn dim(&mut self, level: u32) {
        self.level = level;
    }

    #[event(Removed, discard)]
    fn remove(&mut self) {}
}

fn id(number: u128) -> Id<Lamp> {
    Id::from(Uuid::from_u128(number))
}

fn stores() -> [Arc<dyn EventStore>; 2] {
    [Arc::new(MemoryStore::new()), Arc::new(SqliteStore::in_memory().unwrap())]
}

/// An event of the first lamp, at a time in seconds.
fn at(store: &dyn EventStore, version: u64, seconds: i64, name: &'static str, payload: &str) {
    let mut commit = Commit::new();
    commit.set_recorded_at(seconds * 1_000_000);
    commit.append(StreamId::new("Lamp", id(1).as_uuid()), version).unwrap().event(name, 1, payload.as_bytes()).unwrap();
    pollster::block_on(store.commit(commit)).unwrap();
}

fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A lamp that was dimmed three times, at 20, 30 and, by a clock that was set back, at 25 seconds; and removed at 40.
fn lamp(store: &dyn EventStore) {
    let created = format!(r#"{{"id":"{}"}}"#, id(1));
    at(store, 0, 10, "Installed", &created);
    at(store, 1, 20, "Set", r#"{"level":1}"#);
    at(store, 2, 30, "Dimmed", r#"{"level":2}"#);
    at(store, 3, 25, "Dimmed", r#"{"level":3}"#);
    at(store, 4, 40, "Removed", "{}");
}

#[test]
fn all_that_are_there_are_listed_in_pages() {
    for store in stores() {
        let lamps = Repository::<Lamp>::new(store).blocking();
        assert!(lamps.ids().next_page().unwrap().is_empty());
        for number in (1..=20).rev() {
            let mut lamp = Lamp::install(id(number));
            if number % 5 == 0 || (6..=8).contains(&number) {
                lamp.remove();
            }
            lamps.save(&mut lamp).unwrap();
        }
        let wanted: Vec<Id<Lamp>> =
            (1..=20).filter(|number| number % 5 > 0 && !(6..=8).contains(number)).map(id).collect();
        for size in [1, 2, 3, 7, 1000] {
            let (mut ids, mut all) = (lamps.ids().page_size(size), Vec::new());
            loop {
                let page = ids.next_page().unwrap();
                assert!(page.len() <= size);
                if page.is_empty() {
                    break;
                }
                all.extend(page);
            }
            assert_eq!(all, wanted, "in pages of {size}");
            assert!(ids.next_page().unwrap().is_empty(), "the end is the end");
        }
        assert_eq!(lamps.ids().after(id(16)).next_page().unwrap(), [17, 18, 19].map(id));
    }
}

#[test]
fn an_aggregate_is_loaded_as_of_a_time() {
    for store in stores() {
        lamp(&*store);
        let lamps = Repository::<Lamp>::new(store).blocking();
        let version = |seconds| match lamps.get_as_of(id(1), time(seconds)) {
            Ok(lamp) => {
                assert_eq!(lamp.version(), u64::from(lamp.level) + 1);
                lamp.version().get()
            }
            Err(LoadError::NotFound { .. }) => 0,
            Err(error) => panic!("{error}"),
        };
        let found: Vec<u64> = [0, 9, 10, 19, 20, 25, 29, 30, 39, 40, 99].map(version).to_vec();
        // At 25, what was recorded at 25 is unknown: it rests on what was recorded at 30.
        assert_eq!(found, [0, 0, 1, 1, 2, 2, 2, 4, 4, 0, 0]);
        assert!(matches!(lamps.get_as_of(id(2), time(99)), Err(LoadError::NotFound { .. })));
    }
}

#[test]
fn the_time_of_a_long_history_is_found_past_its_first_page() {
    for store in stores() {
        let lamps = Repository::<Lamp>::new(store).blocking();
        let mut long = Lamp::install(id(1));
        (1..3000).for_each(|level| long.dim(level));
        lamps.save(&mut long).unwrap();
        assert_eq!(lamps.get_as_of(id(1), SystemTime::now() + Duration::from_secs(60)).unwrap().version(), 3000);
        let last = lamps.last_events(id(1), 2500).unwrap();
        let versions: Vec<u64> = last.iter().map(|recorded| recorded.version.get()).collect();
        assert_eq!(versions, (501..=3000).rev().collect::<Vec<u64>>());
    }
}

#[test]
fn the_last_events_are_given_newest_first() {
    for store in stores() {
        lamp(&*store);
        let lamps = Repository::<Lamp>::new(store).blocking();
        let mut all = lamps.history(id(1)).unwrap();
        all.reverse();
        for events in [0, 1, 3, 5, 6, usize::MAX] {
            let last = lamps.last_events(id(1), events).unwrap();
            let (last, wanted) = (format!("{last:?}"), format!("{:?}", &all[..all.len().min(events)]));
            assert_eq!(last, wanted, "the last {events}");
        }
        assert!(lamps.last_events(id(2), 5).unwrap().is_empty());
    }
}

#[test]
fn the_log_is_read_by_the_names_of_events() {
    for store in stores() {
        lamp(&*store);
        let lamps = Repository::<Lamp>::new(store).blocking();
        let versions = |names: &[&'static str]| {
            let page = lamps.log().events(names.iter().copied()).next_page().unwrap();
            assert!(page.iter().all(|recorded| matches!(recorded.event, LogEvent::Known(_))));
            page.iter().map(|recorded| recorded.version).collect::<Vec<_>>()
        };
        assert_eq!(versions(&["Dimmed"]), [2, 3, 4], "also what was stored under its old name");
        assert_eq!(versions(&["Installed", "Removed"]), [1, 5]);
        assert!(versions(&["Exploded"]).is_empty());
    }
}

#[test]
fn they_are_listed_one_by_one() {
    for store in stores() {
        let lamps = Repository::<Lamp>::new(store);
        assert!(pollster::block_on(lamps.ids().stream().next()).is_none());
        for number in 1..=10 {
            let mut lamp = Lamp::install(id(number));
            if number % 3 == 0 {
                lamp.remove();
            }
            lamps.blocking().save(&mut lamp).unwrap();
        }
        let wanted = [1, 2, 4, 5, 7, 8, 10].map(id);
        for size in [1, 2, 7, 1000] {
            let all: Result<Vec<_>, _> = lamps.blocking().ids().page_size(size).stream().collect();
            assert_eq!(all.unwrap(), wanted, "in pages of {size}");
            let (mut ids, mut all) = (lamps.ids().page_size(size).stream(), Vec::new());
            while let Some(id) = pollster::block_on(poll_fn(|context| Pin::new(&mut ids).poll_next(context))) {
                all.push(id.unwrap());
            }
            assert_eq!(all, wanted, "in pages of {size}");
            assert!(pollster::block_on(ids.next()).is_none(), "the end is the end");
        }
        let after: Result<Vec<_>, _> = lamps.blocking().ids().after(id(7)).stream().collect();
        assert_eq!(after.unwrap(), [8, 10].map(id));
    }
}

/// Of which it cannot be read whether it was discarded.
#[test]
fn those_before_one_that_cannot_be_read_are_listed() {
    for store in stores() {
        let lamps = Repository::<Lamp>::new(Arc::clone(&store)).blocking();
        for number in [1, 2, 4, 5] {
            lamps.save(&mut Lamp::install(id(number))).unwrap();
        }
        let mut commit = Commit::new();
        let append = commit.append(StreamId::new("Lamp", id(3).as_uuid()), 0).unwrap();
        append.event("Exploded", 1, b"{}").unwrap();
        pollster::block_on(store.commit(commit)).unwrap();
        for size in [1, 2, 3, 1000] {
            let mut reader = lamps.ids().page_size(size);
            let mut ids = reader.clone().stream();
            for number in [1, 2] {
                assert_eq!(ids.next().unwrap().unwrap(), id(number), "in pages of {size}");
            }
            assert!(matches!(ids.next(), Some(Err(LoadError::Decode { .. }))), "in pages of {size}");
            assert!(ids.next().is_none(), "it has ended");
            let mut read = 0;
            while let Ok(page) = reader.next_page() {
                read += page.len();
            }
            assert_eq!(read, 2, "in pages of {size}");
            assert!(reader.next_page().is_err(), "it stands before it");
            let after: Result<Vec<_>, _> = lamps.ids().after(id(3)).stream().collect();
            assert_eq!(after.unwrap(), [4, 5].map(id));
        }
    }
}
