//! Where the root of an aggregate has its twin: see `twin.rs`.

#[cfg(debug_assertions)]
use std::any::Any;

use crate::stream::Version;

/// Where a root has the twin of its aggregate.
pub(crate) struct TwinSlot {
    #[cfg(debug_assertions)]
    pub(super) twin: Option<Box<dyn Twin>>,
}

/// The twin of an aggregate without its type, so that `Root<A>` asks nothing of `A`.
#[cfg(debug_assertions)]
pub(super) trait Twin: Any + Send + Sync {
    /// None if the aggregate cannot be cloned.
    fn clone_box(&self) -> Option<Box<dyn Twin>>;

    /// Counts so many events more than it has had.
    fn shift(&mut self, events: Version);
}

impl TwinSlot {
    pub(crate) const EMPTY: Self = Self {
        #[cfg(debug_assertions)]
        twin: None,
    };

    /// The pending events follow on other events than it was thought.
    pub(crate) fn shift(&mut self, events: Version) {
        #[cfg(debug_assertions)]
        if let Some(twin) = &mut self.twin {
            twin.shift(events);
        }
        let _ = events;
    }
}

impl Clone for TwinSlot {
    fn clone(&self) -> Self {
        Self {
            #[cfg(debug_assertions)]
            twin: self.twin.as_ref().and_then(|twin| twin.clone_box()),
        }
    }
}
