//! The four releases of `evolution`, on one file; and what a release does with a file that a later one has written to.
#![expect(clippy::unwrap_used, reason = "a test may panic on what it does not expect")]

#[path = "../evolution/release_1.rs"]
mod release_1;
#[path = "../evolution/release_2.rs"]
mod release_2;
#[path = "../evolution/release_3.rs"]
mod release_3;
#[path = "../evolution/release_4.rs"]
mod release_4;
#[path = "../evolution/shown.rs"]
mod shown;

use eventsourcing::blocking;
use eventsourcing::error::DecodeError;
use eventsourcing::log::OnUnknown;
use eventsourcing::prelude::*;

/// What each release says of all parcels that are there.
fn states<P: Aggregate>(store: &SqliteStore, state: impl Fn(&P) -> String) -> Vec<String> {
    let parcels = parcels::<P>(store);
    shown::ids(store).unwrap().into_iter().map(|id| state(&parcels.get(id).unwrap())).collect()
}

fn parcels<P: Aggregate>(store: &SqliteStore) -> blocking::Repository<P> {
    Repository::new(store.clone()).blocking()
}

/// A file that all releases have written to.
fn written() -> SqliteStore {
    let store = SqliteStore::in_memory().unwrap();
    release_1::run(&store).unwrap();
    release_2::run(&store).unwrap();
    release_3::run(&store).unwrap();
    release_4::run(&store).unwrap();
    store
}

#[test]
fn each_release_reads_all_that_came_before() {
    let store = SqliteStore::in_memory().unwrap();
    release_1::run(&store).unwrap();
    assert_eq!(
        states(&store, release_1::Parcel::state),
        ["a parcel of 1200 g to Ann, at Lyon, 1 notes, inspected by Some(\"customs\")"]
    );
    release_2::run(&store).unwrap();
    assert_eq!(
        states(&store, release_2::Parcel::state),
        [
            "a parcel of 1200 g to Ann, at Lyon, 1 notes, inspected by Some(\"customs\")",
            "an express parcel of 300 g to Bob, at Bergen, 0 notes, inspected by Some(\"the guard\")",
        ]
    );
    release_3::run(&store).unwrap();
    assert_eq!(
        states(&store, release_3::Parcel::state),
        [
            "a parcel of 1200 g to Ann, at Lyon, 1 remarks, inspected by Some(\"customs\")",
            "an express parcel of 300 g to Bob, at Bergen, 0 remarks, inspected by Some(\"the guard\")",
            "a parcel of 5000000000 g to Cy, at the road, 1 remarks, inspected by Some(\"a biologist\")",
        ]
    );
    release_4::run(&store).unwrap();
    assert_eq!(
        states(&store, release_4::Parcel::state),
        [
            "a parcel of 1200 g to Ann, at Lyon, 1 remarks",
            "an express parcel of 300 g to Bob, at Bergen, 0 remarks",
            "a parcel of 5000000000 g to Cy, at the road, 1 remarks",
            "an express parcel of 10 g to Di, at the road, 0 remarks",
        ]
    );
}

#[test]
fn an_older_release_refuses_what_it_does_not_know_or_reads_past_it() {
    let store = written();
    let ids = shown::ids::<release_2::Parcel>(&store).unwrap();
    let parcels = parcels::<release_2::Parcel>(&store);
    assert_eq!(parcels.get(*ids.first().unwrap()).unwrap().version(), 5, "what it knows, it reads");

    let theirs = *ids.get(2).unwrap();
    let LoadError::Decode { location, source, .. } = parcels.get(theirs).unwrap_err() else { panic!() };
    assert_eq!(location.version, 1);
    assert!(matches!(source, DecodeError::UnknownVersion { stored: 2, known: 1, .. }), "{source:?}");

    let mut log = parcels.on_unknown(OnUnknown::Skip).log();
    let known: Vec<_> = log.next_page().unwrap().into_iter().map(|recorded| recorded.position).collect();
    assert_eq!(known.len(), 5 + 4 + 2 + 1, "arrivals and inspections are what they were");

    let mut out = Vec::new();
    let _position = parcels.log().on_unknown(OnUnknown::Keep).export(&mut out).unwrap();
    let lines = String::from_utf8(out).unwrap();
    assert_eq!(lines.lines().count(), 5 + 4 + 5 + 3);
    assert!(lines.contains(r#""payload":{"to":"Cy","grams":5000000000,"express":false}}"#), "{lines}");
}

/// The example shows what rustc said when the case of the careless steps was compiled.
#[test]
fn the_errors_that_are_shown_are_true() {
    let said = include_str!("../../tests/ui/fail/lock_evolution.stderr");
    let shown = [release_2::CARELESS, release_3::CARELESS_TYPE, release_3::CARELESS_NAMES, release_4::CARELESS];
    for line in shown.iter().flat_map(|text| text.lines()) {
        assert!(said.lines().any(|said| said == line), "not what rustc says: {line}");
    }
}
