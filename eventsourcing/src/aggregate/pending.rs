//! Events not yet saved, without their type.

use std::any::Any;

use crate::event::Event;

/// A `Vec` of events whose type is forgotten, oldest first.
pub(super) trait Pending: Any + Send + Sync {
    fn clone_box(&self) -> Box<dyn Pending>;

    /// Drops so many of the oldest.
    fn drop_oldest(&mut self, events: usize);
}

impl<E: Event> Pending for Vec<E> {
    fn clone_box(&self) -> Box<dyn Pending> {
        Box::new(self.clone())
    }

    fn drop_oldest(&mut self, events: usize) {
        self.drain(..events.min(self.len()));
    }
}
