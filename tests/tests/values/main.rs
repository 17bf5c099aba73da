//! What is loaded is what was saved, by event and by snapshot; what would not come back is refused before it is stored.

mod bytes;
mod floats;
mod lossy;
mod odd;
mod random;
mod refused;
mod shapes;
mod snapshots;
#[path = "../snapshots/warnings.rs"]
mod warnings;

use eventsourcing::prelude::*;
use eventsourcing::{Schema, blocking};
use serde::Serialize;
use serde::de::DeserializeOwned;

const HOLDER: &str = "holder";

/// Holds one value, whatever it is: in an event, and in its state.
#[derive(Aggregate, Clone, Debug)]
#[aggregate(name = HOLDER, snapshot)]
pub(crate) struct Holder<T> {
    root: Root<Self>,
    pub(crate) value: T,
}

#[events]
impl<T: Serialize + DeserializeOwned + Schema + Clone + Send + Sync + 'static> Holder<T> {
    #[event(Held)]
    pub(crate) fn hold(value: T) -> Self {
        Self { root: Root::new(), value }
    }
}

pub(crate) fn holders<T>() -> blocking::Repository<Holder<T>>
where
    T: Serialize + DeserializeOwned + Schema + Clone + Send + Sync + 'static,
{
    Repository::new(MemoryStore::new()).blocking()
}

/// What comes back of a value: from its event, and then from a snapshot of the state.
pub(crate) fn comes_back_as<T>(value: T) -> (T, T)
where
    T: Serialize + DeserializeOwned + Schema + Clone + Send + Sync + 'static,
{
    let holders = holders();
    let mut holder = Holder::hold(value);
    holders.save(&mut holder).unwrap();
    let by_event = holders.get(holder.id()).unwrap().value;
    assert_eq!(holders.take_snapshot(holder.id()).unwrap(), 1);
    let by_snapshot = holders.get(holder.id()).unwrap().value;
    (by_event, by_snapshot)
}
