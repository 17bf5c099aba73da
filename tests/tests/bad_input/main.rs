//! Input that no repository may take for good: each has its typed error, and nothing is lost, in every store.

mod journal;
mod quoted;
mod refused;

use std::error::Error as _;
use std::sync::Arc;

use eventsourcing::error::{DecodeError, ReadError};
use eventsourcing::store::{Commit, EventStore, LogRead};
use eventsourcing::{Aggregate, Id, LoadError, MemoryStore, Repository, SqliteStore, StreamId, UpdateError};
use eventsourcing_tests::{Account, Faulty};

use crate::journal::{Journal, JournalEvent};

/// Runs a test on each store, with what it was asked to commit.
fn on_each_store(test: impl Fn(&Faulty, &eventsourcing::blocking::Repository<Journal>)) {
    let stores: [Arc<dyn EventStore>; 2] = [Arc::new(MemoryStore::new()), Arc::new(SqliteStore::in_memory().unwrap())];
    for store in stores {
        println!("in {store:?}");
        let store = Faulty::over(store);
        test(&store, &Repository::new(store.clone()).blocking());
    }
}

/// Stores an event as only a hand at the file could.
#[track_caller]
fn store_raw(store: &Faulty, id: Id<Journal>, expected: u64, name: &'static str, schema_version: u32, payload: &[u8]) {
    let mut commit = Commit::new();
    let append = commit.append(StreamId::new(Journal::NAME, id.as_uuid()), expected).unwrap();
    append.event(name, schema_version, payload).unwrap();
    store.blocking().commit(commit).unwrap();
}

fn head(store: &Faulty) -> u64 {
    (store.blocking().head().unwrap()).get()
}

/// Every way of reading an aggregate whose second event is bad; returns why it could not be read.
#[track_caller]
fn why(store: &Faulty, name: &'static str, schema_version: u32, payload: &[u8]) -> DecodeError {
    let journals = Repository::<Journal>::new(store.clone()).blocking();
    let mut journal = Journal::begun();
    journals.save(&mut journal).unwrap();
    let id = journal.id();
    store_raw(store, id, 1, name, schema_version, payload);
    let before = head(store);

    let decode = |error: LoadError| match error {
        LoadError::Decode { location, source, .. } => {
            assert_eq!(
                (location.stream.id(), location.version, location.position),
                (id.as_uuid(), 2.into(), before.into())
            );
            source
        }
        error => panic!("not an error of decoding: {error:?}"),
    };
    let found = decode(journals.find(id).unwrap_err());
    decode(journals.history(id).unwrap_err());
    match journals.update(id, |_| ()) {
        Err(UpdateError::Load(error)) => drop(decode(error)),
        other => panic!("{other:?}"),
    }
    // What is sound of it can still be had, and nothing was changed.
    assert_eq!(journals.get_at(id, 1).unwrap(), journal);
    match (found, journals.contains(id)) {
        // A known event that is not the end, whatever is in it.
        (DecodeError::Payload { .. }, contains) => assert!(contains.unwrap()),
        // It might have been the end.
        (_, contains) => drop(decode(contains.unwrap_err())),
    }
    assert_eq!(head(store), before);
    let error = journals.get(id).unwrap_err();
    assert!(error.to_string().contains("version 2 of Journal/"), "{error}");
    assert!(error.source().is_some());
    decode(error)
}

#[test]
fn a_payload_that_cannot_be_read() {
    let nested = |depth: usize| format!("{{\"value\":{}{}}}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    let (deep, unclosed) = (nested(10_000), format!("{{\"value\":{}", "[".repeat(10_000)).into_bytes());
    let bad: &[(&'static str, &[u8])] = &[
        ("Wrote", b""),
        ("Wrote", b"{"),
        ("Wrote", b"no JSON"),
        ("Wrote", b"{\"text\":\"cut off"),
        ("Wrote", b"{\"text\":\"a\"} {}"),
        ("Wrote", b"{\"text\":\"a\",\"text\":\"b\"}"),
        ("Wrote", b"{\"text\":\"\xff\xfe\"}"),
        ("Wrote", b"{\"text\":\"\xed\xa0\x80\"}"),
        ("Wrote", b"{\"text\":\"\\ud800\"}"),
        ("Wrote", b"{\"text\":1}"),
        ("Wrote", b"{}"),
        ("Wrote", b"null"),
        ("Wrote", b"\"a\""),
        ("Wrote", b"[\"a\"]"),
        ("Counted", b"{\"number\":-1}"),
        ("Counted", b"{\"number\":18446744073709551616}"),
        ("Counted", b"{\"number\":1.5}"),
        ("Counted", b"{\"number\":1e400}"),
        ("Measured", b"{\"measure\":null}"),
        ("Measured", b"{\"measure\":NaN}"),
        ("Took", &deep),
        ("Took", &unclosed),
    ];
    on_each_store(|store, _| {
        for (name, payload) in bad {
            match why(store, name, 1, payload) {
                DecodeError::Payload { event, .. } => assert_eq!(event, *name),
                error => panic!("{}: {error:?}", payload.escape_ascii()),
            }
        }
    });
}

#[test]
fn an_event_that_is_not_known() {
    on_each_store(|store, _| {
        for name in ["Erased", "wrote", "Wrote ", "Begun2"] {
            match why(store, name, 1, b"{}") {
                DecodeError::UnknownEvent { event, known, .. } => {
                    assert_eq!((event.as_str(), known), (name, vec!["Begun", "Wrote", "Counted", "Measured", "Took"]));
                }
                error => panic!("{error:?}"),
            }
        }
    });
}

#[test]
fn an_event_of_another_schema_version() {
    on_each_store(|store, _| {
        for version in [0, 2, u32::MAX] {
            for payload in [&b"{\"text\":\"a\"}"[..], b"{\"words\":[]}"] {
                match why(store, "Wrote", version, payload) {
                    DecodeError::UnknownVersion { event, stored, known, .. } => {
                        assert_eq!((event.as_str(), stored, known), ("Wrote", version, 1));
                    }
                    error => panic!("{error:?}"),
                }
            }
        }
    });
}

#[test]
fn a_history_that_does_not_begin() {
    on_each_store(|store, journals| {
        let id = Id::new();
        store_raw(store, id, 0, "Wrote", 1, b"{\"text\":\"a\"}");
        match journals.get(id).unwrap_err() {
            LoadError::NotCreated { location, event, .. } => assert_eq!((location.version, event), (1.into(), "Wrote")),
            error => panic!("{error:?}"),
        }
        assert_eq!(journals.history(id).unwrap().len(), 1);
    });
}

#[test]
fn metadata_that_cannot_be_read() {
    on_each_store(|store, journals| {
        for metadata in [&b"{"[..], b"[]", b"{\"actor\":1}", b"\xff"] {
            let id = Id::new();
            let mut commit = Commit::new();
            commit.set_metadata(metadata).unwrap();
            let append = commit.append(StreamId::new(Journal::NAME, id.as_uuid()), 0).unwrap();
            append.event("Begun", 1, b"{}").unwrap();
            store.blocking().commit(commit).unwrap();
            assert!(matches!(journals.history(id), Err(LoadError::Metadata { .. })), "{}", metadata.escape_ascii());
            assert_eq!(journals.get(id).unwrap().id(), id, "the state does not depend on it");
        }
    });
}

#[test]
fn a_damaged_event() {
    let memory = MemoryStore::new();
    let sqlite = SqliteStore::in_memory().unwrap();
    let damage = (|position: u64| memory.damage(position), |position: u64| sqlite.damage(position.into()).unwrap());
    for (store, damage) in [
        (Arc::new(memory.clone()) as Arc<dyn EventStore>, &damage.0 as &dyn Fn(u64)),
        (Arc::new(sqlite.clone()), &damage.1),
    ] {
        let journals = Repository::<Journal>::new(store).blocking();
        let (mut journal, mut other) = (Journal::begun(), Journal::begun());
        journal.record(JournalEvent::Counted { number: 1 });
        journals.save(&mut journal).unwrap();
        journals.save(&mut other).unwrap();
        damage(2);
        let id = journal.id();
        for error in [journals.get(id).unwrap_err(), journals.history(id).unwrap_err()] {
            match error {
                LoadError::Read(ReadError::Damaged(location)) => {
                    assert_eq!((location.version, location.position), (2.into(), 2.into()));
                }
                error => panic!("{error:?}"),
            }
        }
        assert!(matches!(journals.update(id, |_| ()), Err(UpdateError::Load(_))));
        assert!(journals.get_at(id, 1).unwrap().numbers.is_empty());
        assert_eq!(journals.get(other.id()).unwrap(), other);
    }
}

#[test]
fn an_id_of_another_type() {
    on_each_store(|store, journals| {
        let mut journal = Journal::begun();
        journals.save(&mut journal).unwrap();
        let accounts = Repository::<Account>::new(store.clone()).blocking();
        let wrong = Id::<Account>::from(journal.id().as_uuid());
        assert!(!accounts.contains(wrong).unwrap());
        assert_eq!(accounts.find(wrong).unwrap(), None);
        match accounts.get(wrong).unwrap_err() {
            LoadError::NotFound { stream, .. } => assert_eq!(stream.aggregate(), "Account"),
            error => panic!("{error:?}"),
        }
        assert!(matches!(accounts.update(wrong, |account| account.deposit(1)), Err(UpdateError::Load(_))));
        assert_eq!(head(store), 1);
        // The same name is another aggregate in another type.
        assert_ne!(Id::<Account>::named("a").as_uuid(), Id::<Journal>::named("a").as_uuid());
    });
}

#[test]
fn what_only_looks_bad_comes_back_exactly() {
    let texts = [
        "\0",
        "a\0b",
        "\u{1F980}\u{200d}\u{2028}",
        "\u{feff}",
        "null",
        "\"\\\n\r\t\u{8}\u{c}\u{7f}",
        "'; DROP TABLE events",
    ];
    let numbers = [0, (1 << 53) + 1, i64::MAX as u64 + 1, u64::MAX];
    let measures = [-0.0, 0.1, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::MIN, 9_007_199_254_740_993.0, 1e23];
    let values = ["null", "[null]", "{\"a\":{\"b\":[1,-2,\"c\"]},\"null\":\"null\"}", "-9007199254740993"];
    let levels = format!("{}{}", "[".repeat(120), "]".repeat(120));
    on_each_store(|_, journals| {
        let mut journal = Journal::begun();
        for text in texts {
            journal.record(JournalEvent::Wrote { text: text.to_owned() });
        }
        for number in numbers {
            journal.record(JournalEvent::Counted { number });
        }
        for measure in measures {
            journal.record(JournalEvent::Measured { measure });
        }
        for value in values.iter().copied().chain([levels.as_str()]) {
            journal.record(JournalEvent::Took { value: serde_json::from_str(value).unwrap() });
        }
        journals.save(&mut journal).unwrap();
        let loaded = journals.get(journal.id()).unwrap();
        assert_eq!(loaded, journal);
        assert_eq!(loaded.texts, texts);
        assert_eq!(loaded.numbers, numbers);
        assert_eq!(loaded.measures, measures);
        assert!(loaded.measures[0].is_sign_negative());
    });
}

#[test]
fn fields_that_an_event_no_longer_has() {
    // However deep what is passed over may be.
    let junk = format!("{{\"junk\":{}{},\"text\":\"a\"}}", "[".repeat(10_000), "]".repeat(10_000));
    on_each_store(|store, journals| {
        let id = Id::new();
        store_raw(store, id, 0, "Begun", 1, b"{\"colour\":\"red\",\"more\":[1,{\"a\":null}]}");
        store_raw(store, id, 1, "Wrote", 1, junk.as_bytes());
        match journals.get(id) {
            Ok(journal) => assert_eq!(journal.texts, ["a"]),
            Err(error) => assert!(matches!(error, LoadError::Decode { .. }), "{error:?}"),
        }
        let mut events = 0;
        let page = store.blocking().read_log(LogRead::after(0), &mut |_| {
            events += 1;
            std::ops::ControlFlow::Continue(())
        });
        assert_eq!((page.unwrap().reached, events), (2.into(), 2));
    });
}
