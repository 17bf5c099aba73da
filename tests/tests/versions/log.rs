//! Reading the log past what is not known, and writing it elsewhere as it is stored.

use eventsourcing::Recorded;
use eventsourcing::error::ExportError;
use eventsourcing::log::{LogEvent, OnUnknown};
use eventsourcing::prelude::*;

use crate::{append, stored};

#[derive(Aggregate, Debug, PartialEq)]
#[aggregate(name = "counter")]
struct Counter {
    root: Root<Self>,
}

#[events(retired(Paused))]
impl Counter {
    #[event(Started)]
    fn start() -> Self {
        Self { root: Root::new() }
    }

    #[event(Counted, version = 2)]
    fn count(&mut self, by: u32) {}

    #[upcast(Counted, from = 1)]
    fn counted_v1(by: Vec<u32>) -> Vec<CounterEvent> {
        by.into_iter().map(|by| CounterEvent::Counted { by }).collect()
    }
}

/// Another aggregate in the same store.
#[derive(Aggregate)]
struct Other {
    root: Root<Self>,
}

#[events]
impl Other {
    #[event(Began)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }
}

const EVENTS: [(&str, u32, &str); 6] = [
    ("Started", 1, "{}"),
    ("Counted", 1, r#"{"by":[1,2]}"#),
    ("Counted", 3, r#"{ "by" : 5.0e0 }"#),
    ("Paused", 1, "{}"),
    ("Resumed", 1, r#"{"b":1,"a":"\u00e9"}"#),
    ("Counted", 2, r#"{"by":7}"#),
];

fn seen(page: &[Recorded<LogEvent<CounterEvent>>]) -> Vec<(u64, String)> {
    let name = |event: &LogEvent<CounterEvent>| match event {
        LogEvent::Known(event) => format!("{event:?}"),
        LogEvent::Unknown(raw) => {
            format!("{} {} {}", raw.name, raw.schema_version, String::from_utf8_lossy(&raw.payload))
        }
    };
    page.iter().map(|recorded| (recorded.position.get(), name(&recorded.event))).collect()
}

#[test]
fn the_log_is_read_page_by_page() {
    let (store, id) = stored::<Counter>(&EVENTS[..2]);
    Repository::<Other>::new(store.clone()).blocking().save(&mut Other::begin()).unwrap();
    append(&store, id, 2, &EVENTS[5..]);
    let mut log = Repository::<Counter>::new(store.clone()).blocking().log().page_size(1);
    let mut pages = Vec::new();
    loop {
        let page = log.next_page().unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.iter().all(|recorded| recorded.stream.id() == id.as_uuid()));
        pages.push(page.iter().map(|recorded| recorded.position).collect::<Vec<_>>());
    }
    assert_eq!(pages, [vec![1], vec![2, 2], vec![4]]);
    assert_eq!(log.position(), 4);
    append(&store, id, 3, &EVENTS[5..]);
    assert_eq!(log.next_page().unwrap().len(), 1, "it goes on where it was");
}

#[test]
fn what_is_not_known_is_refused_passed_over_or_kept() {
    let (store, id) = stored::<Counter>(&EVENTS);
    let counters = Repository::<Counter>::new(store);
    let mut log = counters.blocking().log();
    assert_eq!(log.next_page().unwrap().len(), 3, "what is before is given out");
    assert_eq!(log.position(), 2);
    for _ in 0..2 {
        let Err(LoadError::Decode { location, .. }) = log.next_page() else { panic!() };
        assert_eq!((location.position, location.stream.id()), (3.into(), id.as_uuid()));
    }

    let ignoring = counters.on_unknown(OnUnknown::Skip).blocking().log().next_page().unwrap();
    assert_eq!(ignoring.iter().map(|recorded| recorded.position).collect::<Vec<_>>(), [1, 2, 2, 6]);

    let kept = counters.blocking().log().on_unknown(OnUnknown::Keep).after(2).next_page().unwrap();
    let expected = [
        (3, r#"Counted 3 { "by" : 5.0e0 }"#.to_owned()),
        (5, r#"Resumed 1 {"b":1,"a":"\u00e9"}"#.to_owned()),
        (6, "Counted { by: 7 }".to_owned()),
    ];
    assert_eq!(seen(&kept), expected);
}

#[test]
fn an_export_is_byte_for_byte_what_is_stored() {
    let (store, id) = stored::<Counter>(&EVENTS);
    let counters = Repository::<Counter>::new(store.clone()).with_metadata(Metadata::new().with_actor("ann"));
    counters.on_unknown(OnUnknown::Skip).blocking().update(id, |counter| counter.count(1)).unwrap();
    let mut out = Vec::new();
    let reached = counters.blocking().log().on_unknown(OnUnknown::Keep).page_size(2).export(&mut out).unwrap();
    assert_eq!(reached, 7);
    let lines: Vec<_> = std::str::from_utf8(&out).unwrap().lines().collect();
    assert_eq!(lines.len(), 7);
    for (line, (name, version, payload)) in lines.iter().zip(EVENTS) {
        let parsed: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&parsed["event"], &parsed["schema_version"]), (&name.into(), &version.into()));
        assert_eq!(parsed["id"], id.to_string());
        assert!(line.ends_with(&format!("\"payload\":{payload}}}")), "{line}");
    }
    let last: serde_json::Value = serde_json::from_str(lines[6]).unwrap();
    assert_eq!(
        (&last["metadata"]["actor"], &last["version"], &last["aggregate"]),
        (&"ann".into(), &7.into(), &"counter".into())
    );
    assert!(last["recorded_at"].as_i64().unwrap() > 0);

    let mut out = Vec::new();
    counters.blocking().log().on_unknown(OnUnknown::Skip).export(&mut out).unwrap();
    assert_eq!(out.split(|byte| *byte == b'\n').count() - 1, 5);

    let mut out = Vec::new();
    let refused = counters.blocking().log().export(&mut out).unwrap_err();
    assert!(matches!(refused, ExportError::Load(LoadError::Decode { .. })));
    assert_eq!(out.split(|byte| *byte == b'\n').count() - 1, 2, "what is before is written");
}

#[test]
fn what_is_no_line_is_not_made_one() {
    for payload in ["{\"a\":\n1}", "{", "\u{0}"] {
        let (store, _) = stored::<Counter>(&[EVENTS[0], ("Resumed", 1, payload)]);
        let log = Repository::<Counter>::new(store).blocking().log().on_unknown(OnUnknown::Keep);
        let mut out = Vec::new();
        let ExportError::NotALine(location) = log.export(&mut out).unwrap_err() else { panic!("{payload}") };
        assert_eq!(location.position, 2);
        assert!(out.ends_with(b"{}}\n"), "and what is before is whole");
    }
}

#[test]
fn a_full_disk_ends_the_export() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (store, _) = stored::<Counter>(&EVENTS);
    let failed = Repository::<Counter>::new(store).blocking().log().export(&mut Full).unwrap_err();
    assert!(matches!(failed, ExportError::Write(error) if error.kind() == std::io::ErrorKind::StorageFull));
}
