//! Events of kinds that a view has no handler for: they are not decoded, and still none is missed.

use eventsourcing::StreamId;
use eventsourcing::error::{StopReason, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::store::Commit;
use eventsourcing::view::{At, Handled, On};
use pollster::block_on;

use crate::target::{Target, with_each_target};

/// Some of its events have other names in the store, of which two are crossed; one is stored by an older release.
#[event(retired(Knocked))]
pub(crate) enum DoorEvent {
    Installed,
    #[event(name = "Closed")]
    Opened,
    #[event(name = "Opened")]
    Closed {
        by: String,
    },
    #[event(version = 2)]
    Painted {
        colour: String,
    },
    #[event(alias = "Greased")]
    Oiled {
        drops: u32,
    },
}

#[upcast]
impl DoorEvent {
    #[upcast(Painted, from = 1)]
    fn painted_v1() -> DoorEvent {
        DoorEvent::Opened
    }

    #[upcast(Knocked, from = 1)]
    fn knocked_v1() -> DoorEvent {
        DoorEvent::Opened
    }
}

#[derive(Aggregate)]
#[aggregate(event = DoorEvent)]
pub(crate) struct Door {
    root: Root<Self>,
}

impl eventsourcing::Apply for Door {
    type Event = DoorEvent;

    fn create(_: DoorEvent) -> Option<Self> {
        Some(Self { root: Root::new() })
    }

    fn apply(&mut self, _: DoorEvent) {}
}

/// Its events under old and crossed names, of older versions, and retired.
pub(crate) const EVENTS: [(&str, u32, &str); 8] = [
    ("Installed", 1, "{}"),
    ("Closed", 1, "{}"),
    ("Opened", 1, r#"{"by":"alice"}"#),
    ("Painted", 1, "{}"),
    ("Painted", 2, r#"{"colour":"red"}"#),
    ("Knocked", 1, "{}"),
    ("Greased", 1, r#"{"drops":1}"#),
    ("Oiled", 1, r#"{"drops":2}"#),
];

/// How often a door was opened.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Openings {
    #[view(key)]
    id: Id<Door>,
    count: u32,
}

#[projection(version = 1, ignore(DoorEvent::..))]
impl Openings {
    #[on(DoorEvent::Opened)]
    fn opened(this: Option<Self>, at: &At<Door>) -> Self {
        Self { id: at.id(), count: this.map_or(0, |this| this.count) + 1 }
    }
}

/// How much oil a door was given.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Oil {
    #[view(key)]
    id: Id<Door>,
    drops: u32,
}

#[projection(version = 1, ignore(DoorEvent::..))]
impl Oil {
    #[on(DoorEvent::Oiled)]
    fn oiled(this: Option<Self>, at: &At<Door>, drops: u32) -> Self {
        Self { id: at.id(), drops: this.map_or(0, |this| this.drops) + drops }
    }
}

/// A store with these events of one door, each in a commit of its own.
fn stored(events: &[(&'static str, u32, &str)]) -> (MemoryStore, Id<Door>) {
    let (store, id) = (MemoryStore::new(), Id::<Door>::new());
    for (version, &(name, schema_version, payload)) in (0_u64..).zip(events) {
        let mut commit = Commit::new();
        let append = commit.append(StreamId::new("Door", id.as_uuid()), version).unwrap();
        append.event(name, schema_version, payload.as_bytes()).unwrap();
        store.blocking().commit(commit).unwrap();
    }
    (store, id)
}

with_each_target! {
    an_event_is_handled_under_each_name_and_version_that_it_has_in_the_store,
    what_no_view_handles_is_no_fault,
    what_another_view_handles_is_no_fault_of_this_one,
    an_unknown_event_stops_a_view_that_handles_one_kind,
}

#[test]
fn a_projection_names_the_variants_that_it_handles() {
    let all = &["Installed", "Opened", "Closed", "Painted", "Oiled"];
    assert_eq!(<Openings as On<Door>>::HANDLED, Handled::of(all, &["Opened"]));
}

fn an_event_is_handled_under_each_name_and_version_that_it_has_in_the_store(target: &Target) {
    let (store, id) = stored(&[&EVENTS[..], &[("Painted", 1, "{}")]].concat());
    let views = target.views().with::<Openings>().with::<Oil>();
    let running = views.run(store).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        let openings = views.get::<Openings>(id).await.unwrap();
        assert_eq!(openings, Some(Openings { id, count: 4 }));
        assert_eq!(views.get::<Oil>(id).await.unwrap(), Some(Oil { id, drops: 3 }));
    });
    running.stop_blocking();
}

fn what_no_view_handles_is_no_fault(target: &Target) {
    let (store, id) = stored(&[("Closed", 1, "{}"), ("Opened", 1, "{}"), ("Closed", 1, "{}")]);
    let views = target.views().with::<Openings>();
    let running = views.run(store).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        assert_eq!(views.get::<Openings>(id).await.unwrap(), Some(Openings { id, count: 2 }));
        assert_eq!(views.parked::<Openings>().await.unwrap(), []);
    });
    running.stop_blocking();
}

fn what_another_view_handles_is_no_fault_of_this_one(target: &Target) {
    let (store, id) = stored(&[("Closed", 1, "{}"), ("Oiled", 1, "{}"), ("Closed", 1, "{}")]);
    let views = target.views().with::<Openings>().with::<Oil>();
    let running = views.run(store).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        assert_eq!(views.get::<Openings>(id).await.unwrap(), Some(Openings { id, count: 2 }));
        assert_eq!(views.parked::<Openings>().await.unwrap(), []);
        assert_eq!(views.parked::<Oil>().await.unwrap().len(), 1);
    });
    running.stop_blocking();
}

fn an_unknown_event_stops_a_view_that_handles_one_kind(target: &Target) {
    for unknown in [("Locked", 1, "{}"), ("Oiled", 2, r#"{"drops":2}"#)] {
        let (store, _) = stored(&[("Closed", 1, "{}"), unknown, ("Closed", 1, "{}")]);
        let views = target.views().with::<Openings>();
        let _running = views.run(store).unwrap();
        let stopped = block_on(views.caught_up()).unwrap_err();
        let is_unreadable = |error: &ViewError| matches!(error, ViewError::Stopped { reason, .. } if matches!(**reason, StopReason::Unreadable(_)));
        assert!(is_unreadable(&stopped), "{stopped:?}");
    }
}
