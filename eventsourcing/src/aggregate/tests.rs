use serde::{Deserialize, Serialize};

use super::{Aggregate, Apply, Id, NotApplied, Root, RootAccess, begin, record, replayed};
use crate::event::{Event, EventKind};

/// Remembers the id that its creating event saw, and panics if its event says so.
#[derive(Clone, Debug, PartialEq)]
struct Probe {
    root: Root<Self>,
    seen: Id<Self>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum ProbeEvent {
    Begun { panics: bool },
    Refused,
    Ended,
}

impl Event for ProbeEvent {
    const KINDS: &'static [EventKind] =
        &[EventKind::new("Begun"), EventKind::new("Refused"), EventKind::new("Ended").discards()];

    fn kind(&self) -> &'static EventKind {
        &Self::KINDS[match self {
            Self::Begun { .. } => 0,
            Self::Refused => 1,
            Self::Ended => 2,
        }]
    }
}

impl Apply for Probe {
    type Event = ProbeEvent;

    fn create(event: ProbeEvent) -> Option<Self> {
        let ProbeEvent::Begun { panics } = event else { return None };
        assert!(!panics, "as its event says");
        let root = Root::new();
        Some(Self { seen: root.id(), root })
    }

    fn apply(&mut self, event: ProbeEvent) {
        assert_ne!(event, ProbeEvent::Refused, "as its event says");
    }
}

impl Aggregate for Probe {
    const NAME: &'static str = "Probe";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
        &mut self.root
    }
}

fn begun() -> Probe {
    begin(ProbeEvent::Begun { panics: false }).unwrap()
}

#[test]
fn a_creating_event_sees_the_same_id_when_it_is_read_again() {
    let id = Id::new();
    let read: Probe = replayed(id, ProbeEvent::Begun { panics: false }).unwrap();
    assert_eq!((read.id(), read.seen, read.version()), (id, id, 0.into()));
    assert_ne!(begun().id(), id, "and only while it is read");
}

#[test]
fn a_creating_event_that_panics_leaves_no_id_behind() {
    let id: Id<Probe> = Id::new();
    let read = std::panic::catch_unwind(|| replayed(id, ProbeEvent::Begun { panics: true }));
    assert!(read.is_err());
    assert_ne!(begun().id(), id);
}

#[test]
fn only_a_creating_event_begins_an_aggregate() {
    let refused = begin::<Probe>(ProbeEvent::Ended).unwrap_err();
    assert_eq!((refused.aggregate, refused.event), ("Probe", "Ended"));
    assert_eq!(replayed::<Probe>(Id::new(), ProbeEvent::Ended), Err(NotApplied::CreatesNothing));
}

#[test]
fn what_could_not_be_applied_is_not_pending() {
    let mut probe = begun();
    let record = std::panic::AssertUnwindSafe(|| record(&mut probe, ProbeEvent::Refused));
    assert!(std::panic::catch_unwind(record).is_err());
    assert_eq!(probe.pending_events(), [ProbeEvent::Begun { panics: false }]);
    assert_eq!(
        (probe.root.state.event_that_panicked(), begun().root.state.event_that_panicked()),
        (Some("Refused"), None)
    );
}

#[test]
fn a_clone_has_pending_events_of_its_own() {
    let mut probe = begun();
    let clone = probe.clone();
    assert_eq!(probe, clone);
    record(&mut probe, ProbeEvent::Ended);
    assert_eq!((probe.version(), clone.version()), (2.into(), 1.into()));
    assert_eq!(clone.pending_events().len(), 1);
    assert_ne!(probe, clone);
}

#[test]
fn the_end_is_noticed_and_what_comes_after_it_too() {
    let mut probe = begun();
    assert!(!probe.root.state.is_discarded());
    record(&mut probe, ProbeEvent::Ended);
    assert!(probe.root.state.is_discarded() && !probe.root.state.is_recorded_after_discard());
    record(&mut probe, ProbeEvent::Ended);
    assert!(probe.root.state.is_recorded_after_discard());
}

#[test]
fn ids_print_parse_and_serialise_as_uuids() {
    let id: Id<Probe> = Id::named("alice@example.org");
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!(serde_json::from_str::<Id<Probe>>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    assert!("alice".parse::<Id<Probe>>().unwrap_err().to_string().contains("`alice` is not an id"));
    // Stored data is found by it, so it is the same in every release.
    assert_eq!(id.to_string(), "0690a60d-8cfe-53cc-a9b6-ad83ad33754f");
}
