//! An error and its causes, printed one after the other, say each thing once.

use std::error::Error as StdError;

use eventsourcing::prelude::{Aggregate, Root, events};
use eventsourcing::store::Commit;
use eventsourcing::{Error, StreamId};

use super::*;

#[derive(Aggregate, Debug)]
#[aggregate(snapshot)]
struct Gauge {
    root: Root<Self>,
    value: f64,
}

#[events]
impl Gauge {
    #[event(Installed)]
    fn install() -> Self {
        Self { root: Root::new(), value: 0.0 }
    }

    #[event(Read, version = 2)]
    fn read(&mut self, value: Option<f64>, divisor: f64) {
        self.value = value.unwrap_or_default() / divisor;
    }

    #[upcast(Read, from = 1)]
    fn read_v1(value: u64) -> GaugeEvent {
        assert!(value < 10, "it was broken");
        GaugeEvent::Read { value: None, divisor: 1.0 }
    }
}

/// The texts of an error and of its causes.
fn texts(error: &(dyn StdError + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error: &&(dyn StdError + 'static)| (**error).source())
        .map(ToString::to_string)
        .collect()
}

/// Says it of an error by itself, and as any error of the crate.
#[track_caller]
fn each_once<E: StdError + Into<Error> + 'static>(error: E) {
    let of_operation = texts(&error);
    for texts in [of_operation, texts(&Into::<Error>::into(error))] {
        for (n, text) in texts.iter().enumerate() {
            let is_other = |cause: &String| !text.contains(&**cause) && !cause.contains(&**text);
            assert!(texts.iter().skip(n + 1).all(is_other), "{texts:#?}");
        }
    }
}

#[test]
fn of_loading_snapshots_and_exports() {
    let unreadable = [
        ("Read", 1, r#"{"value":10}"#),
        ("Read", 2, r#"{"value":"x","divisor":1}"#),
        ("Read", 2, r#"{"value":}"#),
        ("Read", 3, "{}"),
        ("Renamed", 1, "{}"),
    ];
    for (name, version, payload) in unreadable {
        let store = MemoryStore::new();
        let id = Id::<Gauge>::new();
        let mut commit = Commit::new();
        let stream = StreamId::new("Gauge", id.as_uuid());
        let append = commit.append(stream, 0).unwrap().event("Installed", 1, b"{}").unwrap();
        append.event(name, version, payload.as_bytes()).unwrap();
        store.blocking().commit(commit).unwrap();
        let gauges = Repository::<Gauge>::new(store).blocking();
        each_once(gauges.get(id).unwrap_err());
        each_once(gauges.take_snapshot(id).unwrap_err());
        each_once(gauges.update(id, |gauge| gauge.read(None, 1.0)).unwrap_err());
        each_once(gauges.log().export(&mut Vec::new()).unwrap_err());
    }
    each_once(Repository::<Gauge>::new(MemoryStore::new()).blocking().get(Id::new()).unwrap_err());
}

#[test]
fn of_saving_and_updating() {
    let gauges = Repository::<Gauge>::new(MemoryStore::new()).deadline(Duration::ZERO).blocking();
    let mut gauge = Gauge::install();
    gauges.save(&mut gauge).unwrap();
    let (id, mut late) = (gauge.id(), gauges.get(gauge.id()).unwrap());
    gauge.read(Some(1.0), 0.0);
    gauges.save(&mut gauge).unwrap();
    each_once(gauges.take_snapshot(id).unwrap_err());
    late.read(None, 1.0);
    each_once(gauges.save(&mut late).unwrap_err());
    each_once(gauges.update_at(id, 1, |gauge| gauge.read(None, 1.0)).unwrap_err());
    gauge.read(Some(f64::NAN), 1.0);
    each_once(gauges.save(&mut gauge).unwrap_err());
    let rival = gauges.clone();
    each_once(
        gauges
            .update(id, |gauge| {
                rival.update(id, |rival| rival.read(None, 1.0)).unwrap();
                gauge.read(None, 1.0);
            })
            .unwrap_err(),
    );
    for kind in KINDS {
        let (store, accounts) = repository();
        // After an answer that was lost, it stays in doubt whatever the next one says.
        store.next(Answer::NothingComes);
        store.next(Answer::Fails(kind));
        let mut account = Account::open("alice");
        drop_midway(accounts.save(&mut account));
        each_once(block_on(accounts.save(&mut account)).unwrap_err());
    }
}

#[test]
fn of_importing() {
    let line = |event: &str, metadata: &str| {
        let id = Id::<Gauge>::new();
        format!(
            "{{\"aggregate\":\"Gauge\",\"id\":\"{id}\",\"version\":1,\"schema_version\":1,\"recorded_at\":0,{event},\
             \"metadata\":{metadata}}}"
        )
    };
    let wrong = [
        "?".to_owned(),
        "{}".to_owned(),
        line(r#""event":"Renamed","payload":{}"#, "{}"),
        line(r#""event":"Read","payload":{}"#, "{}"),
        line(r#""event":"Installed","payload":{}"#, "[]"),
        line(r#""event":"Installed","payload":[]"#, "{}"),
    ];
    for line in wrong {
        let gauges = Repository::<Gauge>::new(MemoryStore::new()).blocking();
        each_once(gauges.import(&mut line.as_bytes()).unwrap_err());
    }
}

/// What SQLite says has a cause of its own, which is the same again.
#[test]
fn of_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    std::fs::write(&path, [b'x'; 8192]).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert_eq!(texts(&error).len(), 2, "{:#?}", texts(&error));
    each_once(error);
    std::fs::remove_file(&path).unwrap();

    let store = SqliteStore::builder().busy_deadline(Duration::from_millis(1)).open(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let gauges = Repository::<Gauge>::new(store.clone()).blocking();
    let error = gauges.save(&mut Gauge::install()).unwrap_err();
    let said = texts(&error);
    assert!(said.len() == 2 && said[1].ends_with("(SQLite's error code 5)"), "{said:#?}");
    each_once(error);
    other.execute_batch("ROLLBACK; ALTER TABLE events RENAME TO no_events").unwrap();
    each_once(gauges.get(Id::new()).unwrap_err());
    let error = gauges.save(&mut Gauge::install()).unwrap_err();
    assert_eq!(texts(&error).len(), 2, "{:#?}", texts(&error));
    each_once(error);
}
