//! All that reads goes on through the whole interface, and all that would store something is refused before anything is done.

use std::convert::Infallible;
use std::path::Path;

use eventsourcing::error::{
    CommitError, ImportError, SaveError, SnapshotError, StoreError, StoreErrorKind, UpdateError,
};
use eventsourcing::prelude::*;
use eventsourcing::store::{EventStore, StoredSnapshot};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{commits, place, without_a_trace};
use pollster::block_on;
use uuid::Uuid;

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = "tally", snapshot_every = 3)]
struct Tally {
    root: Root<Self>,
    total: i64,
}

#[events]
impl Tally {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new(), total: 0 }
    }

    #[event(Added)]
    fn add(&mut self, number: i64) {
        self.total += number;
    }
}

/// A store with a tally, its snapshot and events after that.
fn tally(path: &Path) -> Tally {
    let store = SqliteStore::open(path).unwrap();
    let tallies = Repository::<Tally>::new(store.clone()).blocking();
    let mut tally = Tally::begin();
    tallies.save(&mut tally).unwrap();
    for number in 1..8 {
        tally.add(number);
        tallies.save(&mut tally).unwrap();
    }
    store.close().unwrap();
    tally
}

fn check(error: &StoreError) {
    assert_eq!(error.kind(), StoreErrorKind::Unsupported);
    let message = error.to_string();
    assert!(message.contains("opened read-only") && message.contains("nothing was stored"), "{message}");
}

fn check_save(error: &SaveError) {
    let SaveError::Store(error) = error else { panic!("{error:?}") };
    check(error);
}

fn check_update(error: &UpdateError<Infallible>) {
    let UpdateError::Save(error) = error else { panic!("{error:?}") };
    check_save(error);
}

#[test]
fn each_way_to_read_works() {
    let (folder, path) = place();
    let tally = tally(&path);
    without_a_trace(folder.path(), || {
        let store = SqliteStore::builder().read_only().open(&path).unwrap();
        let tallies = Repository::<Tally>::new(store);
        let blocking = tallies.clone().blocking();
        assert_eq!(block_on(tallies.get(tally.id())).unwrap(), tally);
        assert_eq!(blocking.get(tally.id()).unwrap(), tally);
        assert_eq!(blocking.get_at(tally.id(), 2).unwrap().total, 1);
        assert_eq!(blocking.history(tally.id()).unwrap().len(), 8);
        assert_eq!(block_on(tallies.last_events(tally.id(), 2)).unwrap().len(), 2);
        assert_eq!(block_on(tallies.ids().next_page()).unwrap(), [tally.id()]);
        let mut exported = Vec::new();
        assert_eq!(block_on(tallies.log().export(&mut exported)).unwrap(), 8);
        assert_eq!(String::from_utf8(exported.clone()).unwrap().lines().count(), 8);
        let other = Repository::<Tally>::new(MemoryStore::new());
        assert_eq!(block_on(other.import(&mut &*exported)).unwrap().stored, 8);
    });
}

#[test]
fn each_way_to_write_is_refused_before_anything_is_done() {
    let (folder, path) = place();
    let tally = tally(&path);
    without_a_trace(folder.path(), || {
        let store = SqliteStore::builder().read_only().open(&path).unwrap();
        let commit = commits().next().unwrap();
        for refused in [store.blocking().commit(commit.clone()), block_on(store.commit(commit.clone()))] {
            let Err(CommitError::Store(error)) = refused else { panic!("{refused:?}") };
            check(&error);
        }
        let snapshot = || StoredSnapshot {
            stream: StreamId::new("tally", Uuid::nil()),
            version: 1.into(),
            fingerprint: Uuid::nil(),
            state: b"{}".to_vec(),
        };
        check(&store.blocking().save_snapshot(snapshot()).unwrap_err());
        check(&block_on(store.snapshots().unwrap().save_snapshot(snapshot())).unwrap_err());
        check(&store.damage(1.into()).unwrap_err());

        let tallies = Repository::<Tally>::new(store.clone());
        let blocking = tallies.clone().blocking();
        let mut changed = tally.clone();
        changed.add(100);
        check_save(&blocking.save(&mut changed).unwrap_err());
        check_save(&block_on(tallies.save(&mut changed)).unwrap_err());
        check_save(&blocking.save(&mut Tally::begin()).unwrap_err());
        for refused in [
            blocking.update(tally.id(), |tally| tally.add(1)),
            block_on(tallies.update(tally.id(), |tally| tally.add(1))),
        ] {
            check_update(&refused.unwrap_err());
        }
        // Decided one on the other, as updates of one aggregate are.
        std::thread::scope(|scope| {
            let updates: Vec<_> = (0..4)
                .map(|number| {
                    let (tallies, id) = (tallies.clone(), tally.id());
                    scope.spawn(move || block_on(tallies.update(id, |tally| tally.add(number))).unwrap_err())
                })
                .collect();
            for update in updates {
                check_update(&update.join().unwrap());
            }
        });
        let Err(SnapshotError::Store(error)) = block_on(tallies.take_snapshot(tally.id())) else {
            panic!("a snapshot was kept")
        };
        check(&error);
        let mut lines = Vec::new();
        block_on(tallies.log().export(&mut lines)).unwrap();
        let other = String::from_utf8(lines).unwrap().replace(&tally.id().to_string(), &Uuid::nil().to_string());
        let refused = block_on(tallies.import(&mut other.as_bytes())).unwrap_err();
        let ImportError::Store { source, .. } = refused else { panic!("{refused:?}") };
        check(&source);

        assert_eq!(blocking.get(tally.id()).unwrap(), tally, "and it reads on");
        store.close().unwrap();
    });
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), 8);
}
