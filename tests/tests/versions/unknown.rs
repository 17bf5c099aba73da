//! What a reader does with events that it does not know.

use eventsourcing::error::DecodeError;
use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;

use crate::stored;

#[derive(Aggregate, Debug, PartialEq)]
struct Counter {
    root: Root<Self>,
    total: u32,
}

#[events]
impl Counter {
    #[event(Started)]
    fn start() -> Self {
        Self { root: Root::new(), total: 0 }
    }

    #[event(Counted, version = 2)]
    fn count(&mut self, by: u32) {
        self.total += by;
    }

    #[upcast(Counted, from = 1)]
    fn counted_v1() -> CounterEvent {
        CounterEvent::Counted { by: 1 }
    }
}

const EVENTS: [(&str, u32, &str); 5] = [
    ("Started", 1, "{}"),
    ("Counted", 1, "{}"),
    ("Counted", 3, r#"{ "by": 5, "why":"newer" }"#),
    ("Paused", 1, r#"{"until": 1e3}"#),
    ("Counted", 2, r#"{"by":7}"#),
];

#[test]
fn unknown_and_newer_events_are_refused_unless_told_otherwise() {
    let (store, id) = stored::<Counter>(&EVENTS);
    let counters = Repository::<Counter>::new(store).blocking();
    let error = counters.get(id).unwrap_err();
    let LoadError::Decode { location, source, .. } = &error else { panic!("{error:?}") };
    assert_eq!((location.version, location.stream.id()), (3.into(), id.as_uuid()));
    assert_eq!(
        source.to_string(),
        "event `Counted` is stored at schema version 3; this program knows version 2",
        "never read as an older one, though its fields would fit"
    );
    assert!(counters.history(id).is_err());
    assert_eq!(counters.get_at(id, 2).unwrap().total, 1, "what is before can be read");
}

#[test]
fn a_reader_may_ignore_them() {
    let (store, id) = stored::<Counter>(&EVENTS);
    let counters = Repository::<Counter>::new(store).on_unknown(OnUnknown::Skip).blocking();
    let mut counter = counters.get(id).unwrap();
    assert_eq!((counter.total, counter.version()), (8, 5.into()));
    assert!(counter.root().unknown().is_empty());
    assert_eq!(counters.history(id).unwrap().iter().map(|recorded| recorded.version).collect::<Vec<_>>(), [1, 2, 5]);
    counter.count(1);
    assert_eq!(counters.save(&mut counter).unwrap(), 6);
    counters.update(id, |counter| counter.count(1)).unwrap();
}

#[test]
fn a_reader_may_keep_them_raw() {
    let (store, id) = stored::<Counter>(&EVENTS);
    let counters = Repository::<Counter>::new(store).blocking().on_unknown(OnUnknown::Keep);
    let counter = counters.get(id).unwrap();
    assert_eq!((counter.total, counter.version()), (8, 5.into()));
    let kept: Vec<_> = counter.root().unknown().iter().map(|raw| (raw.version.get(), &*raw.event.name)).collect();
    assert_eq!(kept, [(3, "Counted"), (4, "Paused")]);
    let newer = &counter.root().unknown()[0].event;
    assert_eq!((newer.schema_version, &*newer.payload), (3, EVENTS[2].2.as_bytes()), "byte for byte");
    assert_eq!(counter.root().clone().unknown().len(), 2);
}

#[test]
fn what_is_broken_is_refused_whatever_is_told() {
    for unknown in [OnUnknown::Error, OnUnknown::Skip, OnUnknown::Keep] {
        let (store, id) = stored::<Counter>(&[("Started", 1, "{}"), ("Counted", 2, r#"{"by":"many"}"#)]);
        let counters = Repository::<Counter>::new(store).on_unknown(unknown).blocking();
        let error = counters.get(id).unwrap_err();
        assert!(matches!(error, LoadError::Decode { source: DecodeError::Payload { .. }, .. }), "{error:?}");

        // An older version that nothing reads is no newer one.
        let (store, id) = stored::<Counter>(&[("Started", 1, "{}"), ("Counted", 0, r#"{"by":1}"#)]);
        let error = Repository::<Counter>::new(store).on_unknown(unknown).blocking().get(id).unwrap_err();
        assert!(matches!(error, LoadError::Decode { source: DecodeError::UnknownVersion { .. }, .. }), "{error:?}");
    }
}
