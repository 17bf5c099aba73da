//! What is refused before the store is asked.

use std::thread;

use eventsourcing::error::{EncodeError, InvalidCommit};
use eventsourcing::store::Limits;
use eventsourcing::{Aggregate, Metadata, Repository, SaveError, SqliteStore};
use eventsourcing_tests::Faulty;
use serde_json::Value;

use crate::journal::{Journal, JournalEvent};
use crate::{head, on_each_store};

/// Refused before the store is asked, whatever store it is, and with everything kept.
#[track_caller]
fn refused(event: JournalEvent) -> SaveError {
    let store = Faulty::over(SqliteStore::in_memory().unwrap());
    let journals = Repository::<Journal>::new(store.clone()).blocking();
    let mut journal = Journal::begun();
    journal.record(event);
    let error = journals.save(&mut journal).unwrap_err();
    assert_eq!((journal.pending_events().len(), journal.version()), (2, 2.into()), "what is pending is kept");
    assert_eq!((store.commits().len(), head(&store)), (0, 0), "the store is not even asked");
    error
}

#[test]
fn a_number_that_is_not_one() {
    for measure in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        match refused(JournalEvent::Measured { measure }) {
            SaveError::Encode(EncodeError::NotReadable { event, .. }) => assert_eq!(event, "Measured"),
            error => panic!("{error:?}"),
        }
    }
}

#[test]
fn values_nested_too_deep() {
    // A value of 10,000 levels takes stack to make, to write and to drop, which is its own affair.
    let deep = thread::Builder::new().stack_size(64 << 20).spawn(|| {
        for depth in [130, 10_000] {
            let value = (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
            match refused(JournalEvent::Took { value }) {
                SaveError::Encode(EncodeError::NotReadable { event, .. }) => assert_eq!(event, "Took"),
                error => panic!("{error:?}"),
            }
        }
    });
    deep.unwrap().join().unwrap();
}

#[test]
fn an_event_of_a_hundred_megabytes() {
    let text = "x".repeat(100_000_000);
    match refused(JournalEvent::Wrote { text }) {
        SaveError::InvalidCommit(InvalidCommit::PayloadTooLarge { event, bytes, limit, .. }) => {
            assert_eq!((event.as_str(), bytes, limit), ("Wrote", 100_000_011, Limits::MAX.max_payload_bytes));
        }
        error => panic!("{error:?}"),
    }
}

#[test]
fn a_hundred_thousand_events_in_one_commit() {
    on_each_store(|store, journals| {
        let mut journal = Journal::begun();
        (1..100_000).for_each(|number| journal.record(JournalEvent::Counted { number }));
        match journals.save(&mut journal).unwrap_err() {
            SaveError::InvalidCommit(InvalidCommit::TooManyEvents { limit, .. }) => {
                assert_eq!(limit, Limits::MAX.max_events);
            }
            error => panic!("{error:?}"),
        }
        assert_eq!((journal.pending_events().len(), store.commits().len(), head(store)), (100_000, 0, 0));
    });
}

#[test]
fn metadata_that_is_too_large() {
    on_each_store(|store, _| {
        let journals =
            Repository::<Journal>::new(store.clone()).with_metadata(Metadata::new().with("x", "y".repeat(1 << 16)));
        let mut journal = Journal::begun();
        match journals.blocking().save(&mut journal).unwrap_err() {
            SaveError::InvalidCommit(InvalidCommit::MetadataTooLarge { bytes, limit, .. }) => {
                assert_eq!((bytes, limit), ((1 << 16) + 8, Limits::MAX.max_metadata_bytes));
            }
            error => panic!("{error:?}"),
        }
        assert_eq!((journal.pending_events().len(), store.commits().len()), (1, 0));
    });
}
