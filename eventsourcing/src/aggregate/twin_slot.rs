//! Where the root of an aggregate has its twin: see `twin.rs`. There is one in builds with debug assertions alone.

use std::any::Any;

/// Where a root has the twin of its aggregate.
pub(crate) struct TwinSlot {
    pub(super) twin: Option<Box<dyn Twin>>,
}

/// The twin of an aggregate without its type, so that `Root<A>` asks nothing of `A`.
pub(super) trait Twin: Any + Send + Sync {
    /// None if the aggregate cannot be cloned.
    fn clone_box(&self) -> Option<Box<dyn Twin>>;
}

impl TwinSlot {
    pub(crate) const EMPTY: Self = Self { twin: None };
}

impl Clone for TwinSlot {
    fn clone(&self) -> Self {
        Self { twin: self.twin.as_ref().and_then(|twin| twin.clone_box()) }
    }
}
