//! Versions, upcasters and retired events, in both styles.

use eventsourcing::error::DecodeError;
use eventsourcing::prelude::*;
use eventsourcing::{Apply, blocking};

use crate::{append, stored};

#[derive(Aggregate, Debug, PartialEq)]
struct Account {
    root: Root<Self>,
    owner: String,
    currency: String,
    balance: i64,
    notes: Vec<String>,
}

#[events(retired(Reviewed, "money.moved", Merged))]
impl Account {
    #[event(Opened, version = 3, alias = "Created")]
    fn open(owner: &str, currency: &str) -> Self {
        let (owner, currency) = (owner.to_owned(), currency.to_owned());
        Self { root: Root::new(), owner, currency, balance: 0, notes: Vec::new() }
    }

    /// Version 1 had the owner only, borrowed.
    #[upcast(Opened, from = 1)]
    fn opened_v1(owner: &str) -> AccountEvent {
        AccountEvent::Opened { owner: owner.to_owned(), currency: "EUR".to_owned() }
    }

    #[upcast(Opened, from = 2)]
    fn opened_v2(owner: String, #[serde(default = "usd")] currency: String) -> AccountEvent {
        AccountEvent::Opened { owner, currency }
    }

    #[event(Deposited)]
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event(Noted, version = 2)]
    fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Empty notes were once allowed.
    #[upcast(Noted, from = 1)]
    fn noted_v1(text: Option<String>) -> Option<AccountEvent> {
        text.map(|text| AccountEvent::Noted { text })
    }

    /// One event once, two today.
    #[upcast("money.moved", from = 1)]
    fn moved_v1(amount: i64, fee: i64) -> [AccountEvent; 2] {
        [AccountEvent::Deposited { amount }, AccountEvent::Deposited { amount: -fee }]
    }

    #[upcast(Merged, from = 1)]
    fn merged_v1(amounts: Vec<i64>) -> Vec<AccountEvent> {
        assert!(amounts.len() < 3, "too many: {}", amounts.len());
        amounts.into_iter().map(|amount| AccountEvent::Deposited { amount }).collect()
    }

    #[event(Closed, discard)]
    fn close(&mut self) {}
}

fn usd() -> String {
    "USD".to_owned()
}

fn accounts(store: &MemoryStore) -> blocking::Repository<Account> {
    Repository::new(store.clone()).blocking()
}

const OPENED: (&str, u32, &str) = ("Opened", 3, r#"{"owner":"alice","currency":"CHF"}"#);

#[test]
fn each_version_of_an_event_is_read() {
    let opened = [
        ("Opened", 1, r#"{"owner":"alice"}"#, "EUR"),
        ("Created", 1, r#"{"owner":"alice","gone":[1]}"#, "EUR"),
        ("Opened", 2, r#"{"owner":"alice"}"#, "USD"),
        ("Created", 2, r#"{"owner":"alice","currency":"GBP"}"#, "GBP"),
        ("Opened", 3, r#"{"owner":"alice","currency":"CHF"}"#, "CHF"),
    ];
    for (name, version, payload, currency) in opened {
        let (store, id) = stored::<Account>(&[(name, version, payload)]);
        let account = accounts(&store).get(id).unwrap();
        assert_eq!((&*account.owner, &*account.currency, account.version()), ("alice", currency, 1.into()));
    }
}

#[test]
fn one_event_becomes_several_one_or_none() {
    let (store, id) = stored::<Account>(&[
        OPENED,
        ("money.moved", 1, r#"{"amount":10,"fee":1}"#),
        ("Noted", 1, r#"{"text":"first"}"#),
        ("Noted", 1, r#"{"text":null}"#),
        ("Merged", 1, r#"{"amounts":[]}"#),
        ("Merged", 1, r#"{"amounts":[1,2]}"#),
    ]);
    let accounts = accounts(&store);
    let mut account = accounts.get(id).unwrap();
    assert_eq!((account.balance, &*account.notes, account.version()), (12, &["first".to_owned()][..], 6.into()));

    let history = accounts.history(id).unwrap();
    let versions: Vec<_> = history.iter().map(|recorded| recorded.version).collect();
    assert_eq!(versions, [1, 2, 2, 3, 6, 6], "what a stored event became stands in its place");
    assert_eq!(history[1].event, AccountEvent::Deposited { amount: 10 });

    account.deposit(1);
    assert_eq!(accounts.save(&mut account).unwrap(), 7, "the next event is stored after all that is stored");
    assert_eq!(accounts.get_at(id, 4).unwrap().balance, 9);
    assert_eq!(accounts.get_at(id, 7).unwrap(), account);
}

#[test]
fn retired_events_are_passed_over_whatever_they_hold() {
    let (store, id) = stored::<Account>(&[("Reviewed", 1, "{}"), OPENED, ("Reviewed", 9, "[\"?\"]")]);
    let accounts = accounts(&store);
    let account = accounts.get(id).unwrap();
    assert_eq!((&*account.currency, account.version()), ("CHF", 3.into()));
    assert_eq!(accounts.history(id).unwrap().len(), 1);
    assert!(accounts.contains(id).unwrap());
    append(&store, id, 3, &[("Closed", 1, "{}"), ("Reviewed", 2, "{}")]);
    assert!(!accounts.contains(id).unwrap(), "a retired event after the discarding one");
}

#[test]
fn what_nothing_reads_is_told() {
    let unread = |events: &[_]| {
        let (store, id) = stored::<Account>(events);
        match accounts(&store).get(id) {
            Err(LoadError::Decode { location, source, .. }) => (location.version.get(), source),
            other => panic!("{other:?}"),
        }
    };
    let newer = unread(&[OPENED, ("Noted", 3, r#"{"text":"newer"}"#)]);
    assert!(matches!(&newer, (2, DecodeError::UnknownVersion { event, stored: 3, known: 2, .. }) if event == "Noted"));
    let newer = unread(&[OPENED, ("money.moved", 2, r#"{"amount":1,"fee":1}"#)]);
    assert!(matches!(newer, (2, DecodeError::UnknownVersion { stored: 2, known: 1, .. })), "{newer:?}");
    for payload in ["{}", r#"["alice"]"#, r#"{"owner":1}"#, "", r#"{"owner":"a"} {}"#] {
        let wrong = unread(&[("Opened", 1, payload)]);
        assert!(matches!(wrong, (1, DecodeError::Payload { .. })), "{payload}: {wrong:?}");
    }
}

#[test]
fn an_upcaster_that_panics_is_named() {
    let (store, id) = stored::<Account>(&[OPENED, ("Merged", 1, r#"{"amounts":[1,2,3]}"#)]);
    let error = accounts(&store).get(id).unwrap_err();
    let LoadError::Decode { location, source, .. } = &error else { panic!("{error:?}") };
    assert_eq!(location.version, 2);
    assert_eq!(source.to_string(), "the upcaster of event `Merged` from version 1 panicked: too many: 3");
    assert_eq!(accounts(&store).get_at(id, 1).unwrap().owner, "alice", "nothing else is broken");
}

/// The same, event by event.
#[event(retired(Painted))]
#[derive(Debug, PartialEq)]
enum DoorEvent {
    #[event(name = "installed", alias = "fitted", version = 2)]
    Installed {
        width: u32,
    },
    Opened,
}

#[upcast]
impl DoorEvent {
    #[upcast(Installed, from = 1)]
    fn installed_v1() -> Self {
        Self::Installed { width: 90 }
    }

    #[upcast(Painted, from = 1)]
    pub fn painted_v1(colour: &str) -> Vec<Self> {
        if colour == "green" { vec![Self::Opened] } else { vec![] }
    }
}

#[derive(Aggregate, Debug)]
#[aggregate(event = DoorEvent)]
struct Door {
    root: Root<Self>,
    width: u32,
    opened: u32,
}

impl Apply for Door {
    type Event = DoorEvent;

    fn create(event: DoorEvent) -> Option<Self> {
        match event {
            DoorEvent::Installed { width } => Some(Self { root: Root::new(), width, opened: 0 }),
            DoorEvent::Opened => None,
        }
    }

    fn apply(&mut self, event: DoorEvent) {
        match event {
            DoorEvent::Installed { width } => self.width = width,
            DoorEvent::Opened => self.opened += 1,
        }
    }
}

#[test]
fn an_enum_of_ones_own_has_the_same() {
    for name in ["installed", "fitted"] {
        let painted = |colour| ("Painted", 1, colour);
        let (store, id) = stored::<Door>(&[
            (name, 1, "{}"),
            painted(r#"{"colour":"green"}"#),
            painted(r#"{"colour":"red"}"#),
            ("Opened", 1, "{}"),
        ]);
        let door = Repository::<Door>::new(store).blocking().get(id).unwrap();
        assert_eq!((door.width, door.opened, door.version()), (90, 2, 4.into()));
    }
    assert_eq!(DoorEvent::painted_v1("green"), [DoorEvent::Opened], "an upcaster is a function that can be called");
}

const LOG: &str = "log";

/// Generics go with the events.
#[derive(Aggregate, Debug)]
#[aggregate(name = LOG)]
struct Log<T> {
    root: Root<Self>,
    entries: Vec<T>,
}

#[events]
impl<T> Log<T>
where
    T: Clone + serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    #[event(Begun, version = 2)]
    fn begin(first: T, #[serde(default)] second: Option<T>) -> Self {
        Self { root: Root::new(), entries: std::iter::once(first).chain(second).collect() }
    }

    #[upcast(Begun, from = 1)]
    fn begun_v1(first: Vec<T>) -> Option<LogEvent<T>> {
        first.into_iter().next().map(|first| LogEvent::Begun { first, second: None })
    }
}

#[test]
fn generic_events_are_upcast() {
    let (store, id) = stored::<Log<u8>>(&[("Begun", 1, r#"{"first":[7]}"#)]);
    assert_eq!(Repository::<Log<u8>>::new(store).blocking().get(id).unwrap().entries, [7]);
    assert_eq!(Log::begin(1, Some(2)).entries, [1, 2]);
}
