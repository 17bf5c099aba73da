//! How views are run.

use std::any::TypeId;
use std::time::Duration;

use crate::runner::registered_view::AnyView;
use crate::view::FoldLimits;

/// How views are run.
pub(super) struct ViewSettings {
    pub(super) limits: FoldLimits,
    /// The views that stop at the first delivery that fails.
    pub(super) stop_on_fault: Vec<TypeId>,
    /// Whether what is built waits to be swapped in by a call.
    pub(super) holds_swaps: bool,
    /// How often it shows other processes that it is alive, and looks what they have changed; never where there are none.
    pub(super) tick: Option<Duration>,
}

impl ViewSettings {
    pub(super) fn limits_of(&self, view: &dyn AnyView) -> FoldLimits {
        if self.stop_on_fault.contains(&view.view_type()) { FoldLimits { parked: 0 } } else { self.limits }
    }
}
