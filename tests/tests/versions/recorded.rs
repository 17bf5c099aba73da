//! Upcasters that take what was recorded beside the fields, in both styles.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventsourcing::application::FromStore;
use eventsourcing::error::DecodeError;
use eventsourcing::log::LogEvent;
use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore};
use eventsourcing::testing::history::golden_payloads;
use eventsourcing::{Apply, StreamId};
use uuid::Uuid;

#[derive(Aggregate, Debug, PartialEq)]
struct Account {
    root: Root<Self>,
    opened_at: SystemTime,
    notes: Vec<String>,
}

#[events(retired(Touched))]
impl Account {
    #[event(Opened, version = 2)]
    fn open(opened_at: SystemTime) -> Self {
        Self { root: Root::new(), opened_at, notes: Vec::new() }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1(#[upcast(recorded)] recorded: &Recorded<()>) -> AccountEvent {
        AccountEvent::Opened { opened_at: recorded.recorded_at }
    }

    #[event(Noted, version = 2)]
    fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// In any place among the fields, of which one is borrowed; here by its parts.
    #[upcast(Noted, from = 1)]
    fn noted_v1(
        text: &str,
        #[upcast(recorded)] Recorded { version, position, metadata, .. }: &Recorded<()>,
        #[serde(default)] loud: bool,
    ) -> AccountEvent {
        let actor = metadata.actor().unwrap_or("?");
        AccountEvent::Noted { text: format!("{version} {position} {actor}: {text}{}", if loud { "!" } else { "" }) }
    }

    #[upcast(Touched, from = 1)]
    fn touched_v1(#[upcast(recorded)] recorded: &Recorded<()>) -> Option<AccountEvent> {
        recorded.metadata.actor().map(|actor| AccountEvent::Noted { text: actor.to_owned() })
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Two commits, of which the first is of another stream.
fn stored(metadata: &str) -> (MemoryStore, Id<Account>) {
    let (store, id) = (MemoryStore::new(), Id::new());
    for (stream, seconds) in [(Uuid::nil(), 10), (id.as_uuid(), 20)] {
        let mut commit = Commit::new();
        commit.set_recorded_at(seconds * 1_000_000);
        commit.set_metadata(metadata.as_bytes()).unwrap();
        let append = commit.append(StreamId::new("Account", stream), 0).unwrap();
        let append = append.event("Opened", 1, b"{}").unwrap();
        let append = append.event("Noted", 1, br#"{"text":"hello","loud":true}"#).unwrap();
        append.event("Touched", 1, b"{}").unwrap();
        pollster::block_on(store.commit(commit)).unwrap();
    }
    (store, id)
}

#[test]
fn the_time_and_the_metadata_are_those_of_the_stored_event_wherever_it_is_read() {
    let (store, id) = stored(r#"{"actor":"alice"}"#);
    let accounts = Repository::<Account>::new(store.clone()).blocking();
    let account = accounts.get(id).unwrap();
    assert_eq!(
        (account.opened_at, &*account.notes),
        (at(20), &["2 5 alice: hello!".to_owned(), "alice".to_owned()][..])
    );

    let noted = |text: &str| AccountEvent::Noted { text: text.to_owned() };
    let expected = [AccountEvent::Opened { opened_at: at(20) }, noted("2 5 alice: hello!"), noted("alice")];
    let history: Vec<_> = accounts.history(id).unwrap().into_iter().map(|recorded| recorded.event).collect();
    assert_eq!(history, expected);
    let last: Vec<_> = accounts.last_events(id, 2).unwrap().into_iter().map(|recorded| recorded.event).collect();
    assert_eq!(last, [noted("alice"), noted("2 5 alice: hello!")]);
    let log = accounts.log().after(3).next_page().unwrap();
    let log: Vec<_> = log.into_iter().map(|recorded| recorded.event).collect();
    assert_eq!(log, expected.map(LogEvent::Known));

    // Exported as it is stored, and imported with what upcasters take.
    let mut exported = Vec::new();
    accounts.log().export(&mut exported).unwrap();
    let imported = Repository::<Account>::new(MemoryStore::new()).blocking();
    imported.import(&mut &*exported).unwrap();
    assert_eq!(imported.get(id).unwrap(), account);
}

/// Another reader of the same streams.
#[derive(Aggregate)]
#[aggregate(name = "Account")]
struct Reader {
    root: Root<Self>,
}

#[events(retired(Noted, Touched))]
impl Reader {
    #[event(Opened, version = 2)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1() -> ReaderEvent {
        ReaderEvent::Opened
    }
}

#[test]
fn metadata_that_cannot_be_read_is_told_only_where_it_is_taken() {
    let (store, id) = stored("[]");
    let error = Repository::<Account>::new(store.clone()).blocking().get(id).unwrap_err();
    let LoadError::Decode { location, source: DecodeError::Metadata { event, stored: 1, .. }, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((location.version, &**event), (1.into(), "Opened"));
    let message = "the metadata that the upcaster of event `Opened` from version 1 takes cannot be read";
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), message);

    let id = Id::from(id.as_uuid());
    assert_eq!(Repository::<Reader>::new(store).blocking().get(id).unwrap().version(), 3);
}

#[test]
fn a_sample_has_a_stand_in_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("events.lock");
    let text = "aggregate Account (versions::AccountEvent)\n  event Noted 1\n    text: String\n    sample {\"text\":\"x\"}\n  event \
                Opened 1\n    sample {}\n";
    std::fs::write(&lock, text).unwrap();
    golden_payloads(&Repository::<Account>::aggregate_schemas(), &lock);

    let mut recorded = Recorded::stand_in();
    assert_eq!(Account::opened_v1(&recorded), AccountEvent::Opened { opened_at: UNIX_EPOCH });
    assert_eq!(Account::touched_v1(&recorded), None);
    recorded.metadata = Metadata::new().with_actor("bob");
    assert_eq!(Account::noted_v1("x", &recorded, false), AccountEvent::Noted { text: "1 1 bob: x".to_owned() });
}

/// The same of an enum of one's own.
#[event]
#[derive(Debug, PartialEq)]
enum DoorEvent {
    #[event(version = 2)]
    Installed { by: String },
}

#[upcast]
impl DoorEvent {
    #[upcast(Installed, from = 1)]
    fn installed_v1(#[upcast(recorded)] recorded: &Recorded<()>) -> Self {
        Self::Installed { by: recorded.metadata.actor().unwrap_or_default().to_owned() }
    }
}

#[derive(Aggregate)]
#[aggregate(event = DoorEvent)]
struct Door {
    root: Root<Self>,
    by: String,
}

impl Apply for Door {
    type Event = DoorEvent;

    fn create(event: DoorEvent) -> Option<Self> {
        let DoorEvent::Installed { by } = event;
        Some(Self { root: Root::new(), by })
    }

    fn apply(&mut self, event: DoorEvent) {
        let DoorEvent::Installed { by } = event;
        self.by = by;
    }
}

#[test]
fn an_enum_of_ones_own_has_the_same() {
    let (store, id) = (MemoryStore::new(), Id::<Door>::new());
    let mut commit = Commit::new();
    commit.set_metadata(br#"{"actor":"carol"}"#).unwrap();
    commit.append(StreamId::new("Door", id.as_uuid()), 0).unwrap().event("Installed", 1, b"{}").unwrap();
    pollster::block_on(store.commit(commit)).unwrap();
    assert_eq!(Repository::<Door>::new(store).blocking().get(id).unwrap().by, "carol");
}
