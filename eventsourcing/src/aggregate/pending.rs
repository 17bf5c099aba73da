//! Events not yet saved, without their type.

use std::any::Any;

use crate::event::Event;

/// A `Vec` of events whose type is forgotten, oldest first.
///
/// Each program compiles this for each of its aggregates: `clone` and `drain` of a `Vec` would be a dozen functions more.
pub(super) trait Pending: Any + Send + Sync {
    fn clone_box(&self) -> Box<dyn Pending>;

    /// Drops so many of the oldest.
    fn drop_oldest(&mut self, events: usize);
}

pub(super) fn nothing_pending<E: Event>() -> Box<dyn Pending> {
    Box::new(Vec::<E>::new())
}

impl Clone for Box<dyn Pending> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

impl<E: Event> Pending for Vec<E> {
    fn clone_box(&self) -> Box<dyn Pending> {
        let mut events = Self::new();
        for event in self {
            events.push(event.clone());
        }
        Box::new(events)
    }

    fn drop_oldest(&mut self, events: usize) {
        *self = self.split_off(events.min(self.len()));
    }
}
