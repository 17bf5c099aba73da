//! An export is what an import takes, whatever a reader makes of the events.

use eventsourcing::StreamId;
use eventsourcing::error::{ExportError, ImportError, ImportLineError};
use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;
use eventsourcing::store::Commit;

use super::importing::stored;

/// Of which one event is no more, and one was another.
#[derive(Aggregate, Debug)]
struct Shelf {
    root: Root<Self>,
    books: u32,
}

#[events(retired("Dusted"))]
impl Shelf {
    #[event(Built)]
    fn build() -> Self {
        Self { root: Root::new(), books: 0 }
    }

    #[event(Filled, version = 2)]
    fn fill(&mut self, books: u32) {
        self.books += books;
    }

    #[upcast(Filled, from = 1)]
    fn filled_v1() -> ShelfEvent {
        ShelfEvent::Filled { books: 1 }
    }
}

/// Whatever stands in a store, also of another program's writing: what a reader reads is exported and imported, and what it refuses is neither.
#[test]
fn what_can_be_exported_can_be_imported() {
    let events = [("Dusted", 1), ("Dusted", 7), ("Filled", 1), ("Filled", 2), ("Built", 1), ("Moved", 1), ("Moved", 2)];
    let payloads = ["{}", "7", "null", "[]", "[1]", r#""dust""#, r#"{"books":3}"#, "{", "", "{}\n"];
    let policies = [OnUnknown::Error, OnUnknown::Skip, OnUnknown::Keep];
    let mut round_trips = 0;
    for (((name, version), payload), policy) in events
        .iter()
        .flat_map(|event| payloads.map(|payload| (event, payload)))
        .flat_map(|case| policies.map(|policy| (case, policy)))
    {
        let case = format!("{name} {version} {payload:?} {policy:?}");
        let old = MemoryStore::new();
        let id = Id::<Shelf>::new();
        let mut commit = Commit::new();
        let append = commit.append(StreamId::new("Shelf", id.as_uuid()), 0).unwrap();
        append.event("Built", 1, b"{}").unwrap().event(*name, *version, payload.as_bytes()).unwrap();
        old.blocking().commit(commit).unwrap();
        let read = Repository::<Shelf>::new(old.clone()).on_unknown(policy).blocking();
        let mut lines = Vec::new();
        let exported = read.log().export(&mut lines);
        assert!(
            exported.is_ok() || read.get(id).is_err() || matches!(exported, Err(ExportError::NotALine(_))),
            "{case}: {exported:?}"
        );
        let new = MemoryStore::new();
        let imported = Repository::<Shelf>::new(new.clone()).on_unknown(policy).blocking().import(&mut &*lines);
        let imported = imported.unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert_eq!(imported.stored, lines.split(|byte| *byte == b'\n').count() as u64 - 1, "{case}");
        assert!(stored(&old).starts_with(&stored(&new)), "{case}");
        round_trips += u32::from(imported.stored == 2);
        // What was not exported is not imported either.
        if let (Err(ExportError::Load(_)), false) = (&exported, payload.contains('\n')) {
            let line = String::from_utf8(lines).unwrap();
            let line = line.replace(r#""Built""#, &format!("{name:?}")).replace(r#""version":1"#, r#""version":2"#);
            let line = line.replace(r#""schema_version":1"#, &format!(r#""schema_version":{version}"#));
            let line = line.replace(r#""payload":{}"#, &format!(r#""payload":{payload}"#));
            let imported =
                Repository::<Shelf>::new(MemoryStore::new()).on_unknown(policy).blocking().import(&mut line.as_bytes());
            let refused = matches!(
                imported,
                Err(ImportError::Line { source: ImportLineError::Event(_) | ImportLineError::Json(_), .. })
            );
            assert!(refused, "{case}: {imported:?}");
        }
    }
    assert!(round_trips > 60, "{round_trips}");
}
