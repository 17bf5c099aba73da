//! An export is imported with its times, ids and metadata; again, or after being cut off anywhere, to the same log.

use std::error::Error;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use eventsourcing::StreamId;
use eventsourcing::error::{DecodeError, ImportError, ImportLineError};
use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;
use eventsourcing::repository::Imported;
use eventsourcing::store::{Commit, EventStore, LogRead, StoredEvent};
use uuid::Uuid;

#[derive(Aggregate, Debug)]
struct Example {
    root: Root<Self>,
    foo: String,
}

#[events]
impl Example {
    #[event(Created)]
    fn create(foo: &str) -> Self {
        Self { root: Root::new(), foo: foo.to_owned() }
    }

    #[event(Changed)]
    fn change(&mut self, foo: &str) {
        foo.clone_into(&mut self.foo);
    }
}

/// All that a store has but for the positions, which are the store's own.
pub(super) fn stored(store: &dyn EventStore) -> Vec<String> {
    let mut all = Vec::new();
    let mut visit = |event: StoredEvent<'_>| {
        let metadata = event.metadata.map(<[u8]>::escape_ascii);
        let metadata = metadata.map(|metadata| metadata.to_string()).unwrap_or_default();
        let payload = event.payload.escape_ascii();
        let (name, schema) = (event.name, event.schema_version);
        all.push(format!(
            "{} {} {name} {schema} {payload} {metadata} {}",
            event.stream, event.version, event.recorded_at
        ));
        std::ops::ControlFlow::Continue(())
    };
    assert!(!pollster::block_on(store.read_log(LogRead::after(0).limit(1000), &mut visit)).unwrap().more);
    all
}

/// Commits of one and of several events and streams, with and without metadata, at times before and after 1970.
fn old() -> (Repository<Example>, String) {
    let store = MemoryStore::new();
    let stream = |id| StreamId::new("Example", Uuid::from_u128(id));
    for (version, (time, metadata)) in
        (0..).zip([(5, ""), (-7, r#"{"actor":"bob"}"#), (5, ""), (5, r#"{ "a":"\u00e9"}"#)])
    {
        let mut commit = Commit::new();
        commit.set_metadata(metadata.as_bytes()).unwrap();
        commit.set_recorded_at(time);
        for id in 1..=2 {
            let name = if version == 0 { "Created" } else { "Changed" };
            let payload = format!(r#"{{ "foo" : "{id} \u00e9 {version}"}}"#);
            commit.append(stream(id), version).unwrap().event(name, 1, payload.as_bytes()).unwrap();
        }
        store.blocking().commit(commit).unwrap();
    }
    let repository = Repository::new(store);
    let mut lines = Vec::new();
    repository.blocking().log().export(&mut lines).unwrap();
    (repository, String::from_utf8(lines).unwrap())
}

fn import(store: &Arc<dyn EventStore>, lines: &str) -> Result<Imported, ImportError> {
    Repository::<Example>::new(Arc::clone(store)).blocking().import(&mut lines.as_bytes())
}

#[track_caller]
fn refused(store: &Arc<dyn EventStore>, lines: &str) -> (u64, ImportLineError) {
    match import(store, lines) {
        Err(ImportError::Line { line, source, .. }) => (line, source),
        other => panic!("{other:?}"),
    }
}

fn new_stores() -> [Arc<dyn EventStore>; 2] {
    [Arc::new(MemoryStore::new()), Arc::new(SqliteStore::in_memory().unwrap())]
}

#[test]
fn what_is_imported_is_what_was_exported() {
    let (old, lines) = old();
    for store in new_stores() {
        let imported = import(&store, &lines).unwrap();
        assert_eq!((imported.stored, imported.found), (8, 0));
        assert_eq!(stored(&*store), stored(&**old.store()));
        let imported = import(&store, &lines).unwrap();
        assert_eq!((imported.stored, imported.found), (0, 8), "again, it stores nothing");
        assert_eq!(stored(&*store), stored(&**old.store()));

        let mut again = Vec::new();
        Repository::<Example>::new(store).blocking().log().export(&mut again).unwrap();
        assert_eq!(String::from_utf8(again).unwrap(), lines);
    }
}

#[test]
fn an_existing_store_keeps_what_it_has() {
    let (old, lines) = old();
    for store in new_stores() {
        let examples = Repository::<Example>::new(Arc::clone(&store)).blocking();
        let mut other = Example::create("here before");
        examples.save(&mut other).unwrap();
        import(&store, &lines).unwrap();
        let all = stored(&*store);
        assert_eq!(all[1..], stored(&**old.store()));
        let id = Id::from(Uuid::from_u128(1));
        assert_eq!(examples.get(id).unwrap().foo, old.blocking().get(id).unwrap().foo);
        examples.update(id, |example| example.change("after")).unwrap();
        let imported = import(&store, &lines).unwrap();
        assert_eq!((imported.stored, imported.found), (0, 8), "also after more was recorded");
    }
}

#[test]
fn an_import_that_was_cut_off_anywhere_goes_on() {
    let (old, lines) = old();
    for at in (0..lines.len()).step_by(7) {
        for store in new_stores() {
            let cut = lines.get(..at).unwrap_or_default();
            match import(&store, cut) {
                Ok(_) => {}
                Err(ImportError::Line { line, source: ImportLineError::Json(_), .. }) => {
                    let whole = cut.matches('\n').count() as u64;
                    assert_eq!(line, whole + 1);
                    assert!(stored(&*store).len() as u64 <= whole);
                }
                Err(error) => panic!("{error:?}"),
            }
            import(&store, &lines).unwrap();
            assert_eq!(stored(&*store), stored(&**old.store()), "cut at byte {at}");
        }
    }
}

#[test]
fn an_input_that_fails_in_the_middle_can_be_read_again() {
    /// Fails in the middle of the input.
    struct Fails<'a>(&'a [u8], usize);
    impl Read for Fails<'_> {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            unreachable!("read by lines")
        }
    }
    impl BufRead for Fails<'_> {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            if self.1 == 0 {
                Err(io::Error::other("the cable was cut"))
            } else {
                Ok(&self.0[..self.1.min(self.0.len())])
            }
        }
        fn consume(&mut self, bytes: usize) {
            self.0 = &self.0[bytes..];
            self.1 -= bytes;
        }
    }
    let (old, lines) = old();
    for store in new_stores() {
        let examples = Repository::<Example>::new(Arc::clone(&store)).blocking();
        let fifth = lines.match_indices('\n').nth(4).unwrap().0 + 1;
        let error = examples.import(&mut Fails(lines.as_bytes(), fifth)).unwrap_err();
        assert!(matches!(&error, ImportError::Read { line: 6, .. }), "{error:?}");
        assert_eq!(error.source().unwrap().to_string(), "the cable was cut");
        assert_eq!(stored(&*store), stored(&**old.store())[..4], "nothing of the commit of the fifth line");
        assert_eq!(import(&store, &lines).unwrap().found, 4);
        assert_eq!(stored(&*store), stored(&**old.store()));
    }
}

#[test]
fn a_bad_line_is_named_and_nothing_of_its_commit_is_stored() {
    let (_, lines) = old();
    let lines: Vec<&str> = lines.lines().collect();
    // The fourth line ends the second commit.
    for (from, to, wanted) in [
        ("{", "", "it is not a JSON object with the fields that an export writes"),
        (r#""payload":"#, r#""payload":1,"payload":"#, "it is not a JSON object with the fields that an export writes"),
        (r#""recorded_at":-7,"#, "", "it is not a JSON object with the fields that an export writes"),
        (r#""version":2"#, r#""version":0"#, "`version` and `schema_version` are counted from 1"),
        (
            r#""version":2"#,
            r#""version":3"#,
            "it is version 3 of Example/00000000-0000-0000-0000-000000000002, which has to go on with version 2: import its earlier events first",
        ),
        (
            "Example",
            "Other",
            "it is of a `Other`, and `Example` can be imported here: import it with the repository of `Other`, or the whole export with the \
             application that has all of its aggregates",
        ),
        (r#""bob""#, "7", "its metadata is not a JSON object of texts"),
        (r#""bob""#, r#""bob","actor":"eve""#, "its metadata is not a JSON object of texts"),
        (r#"{"position":4"#, r#"{"position":4,"position":4"#, "it is not a JSON object"),
        (r#""Changed""#, r#""Exploded""#, "event `Exploded` is not known here"),
        (r#""foo""#, r#""bar""#, "Changed"),
    ] {
        let bad = lines[3].replacen(from, to, 1);
        assert_ne!(bad, lines[3]);
        let all = [&lines[..3], &[&*bad], &lines[4..]].concat().join("\n");
        for store in new_stores() {
            let (line, error) = refused(&store, &all);
            assert_eq!(line, 4, "{error}");
            assert!(error.to_string().contains(wanted), "{error}");
            assert_eq!(stored(&*store).len(), 2, "the first commit, and nothing of the second: {error}");
        }
    }
}

#[test]
fn a_line_that_is_longer_than_any_event_is_not_kept() {
    let [store, _] = new_stores();
    let long = format!("\n{}", " ".repeat(9 << 20));
    let (line, error) = refused(&store, &long);
    assert_eq!(line, 2);
    assert!(matches!(error, ImportLineError::TooLong { .. }), "{error}");
}

#[test]
fn another_history_is_refused() {
    let (_, lines) = old();
    for (from, to) in [("\\u00e9 0", "e"), (":5", ":6"), (r#""schema_version":1"#, r#""schema_version":2"#)] {
        for store in new_stores() {
            import(&store, &lines).unwrap();
            let before = stored(&*store);
            let other = lines.replacen(from, to, 1);
            let reader = Repository::<Example>::new(Arc::clone(&store)).on_unknown(OnUnknown::Keep).blocking();
            match reader.import(&mut other.as_bytes()) {
                Err(ImportError::Line { line: 1, source: ImportLineError::Different { .. }, .. }) => {}
                other => panic!("{other:?}"),
            }
            assert_eq!(stored(&*store), before);
        }
    }
}

#[test]
fn a_line_twice_is_stored_once() {
    let (old, lines) = old();
    let twice: String = lines.lines().flat_map(|line| [line, "\n\n", line, "\n"]).collect();
    for store in new_stores() {
        let imported = import(&store, &twice).unwrap();
        assert_eq!((imported.stored, imported.found), (8, 8));
        assert_eq!(stored(&*store), stored(&**old.store()));
    }
}

#[derive(Aggregate, Debug)]
struct Bare {
    root: Root<Self>,
}

#[events]
impl Bare {
    #[event(Born)]
    fn create() -> Self {
        Self { root: Root::new() }
    }
}

#[test]
fn an_event_without_fields_is_an_object_still() {
    let bare = Repository::<Bare>::new(MemoryStore::new()).blocking();
    bare.save(&mut Bare::create()).unwrap();
    let mut lines = Vec::new();
    bare.log().export(&mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    for payload in ["null", "[]", "{}"] {
        let line = lines.replace(r#""payload":{}"#, &format!(r#""payload":{payload}"#));
        let imported = Repository::<Bare>::new(MemoryStore::new()).blocking().import(&mut line.as_bytes());
        match imported {
            Ok(imported) => assert_eq!((imported.stored, payload), (1, "{}")),
            Err(ImportError::Line { source: ImportLineError::Event(DecodeError::Payload { .. }), .. }) => {
                assert_ne!(payload, "{}");
            }
            Err(error) => panic!("{payload}: {error:?}"),
        }
    }
}
