//! Events first.

use eventsourcing::Apply;
use eventsourcing::prelude::*;

/// What happens to a door.
#[event]
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DoorEvent {
    /// It is put in.
    Installed {
        /// Its colour.
        colour: String,
    },
    /// It is taken out.
    #[event(name = "removed", discard)]
    Removed,
}

/// A door.
#[derive(Aggregate, Clone, Debug, PartialEq, Eq)]
#[aggregate(event = DoorEvent)]
pub struct Door {
    #[aggregate(root)]
    identity: Root<Self>,
    #[aggregate(unique = "paint")]
    colour: String,
}

impl Apply for Door {
    type Event = DoorEvent;

    #[inline]
    fn create(event: DoorEvent) -> Option<Self> {
        match event {
            DoorEvent::Installed { colour } => Some(Self { identity: Root::new(), colour }),
            DoorEvent::Removed => None,
        }
    }

    #[inline]
    fn apply(&mut self, event: DoorEvent) {
        match event {
            DoorEvent::Installed { colour } => self.colour = colour,
            DoorEvent::Removed => {}
        }
    }
}
