//! Subscriptions to the events of one kind of aggregate.

use std::sync::Arc;

use crate::aggregate::{Aggregate, Id};
use crate::repository::Repository;
use crate::subscription::Subscribe;

impl<A: Aggregate> Repository<A> {
    /// Subscribes to the events of its aggregates under a name; [`subscription`](crate::subscription) has an example. Events that it does not know
    /// are an error, unless [`skip_unknown`](Subscribe::skip_unknown) or [`keep_unknown`](Subscribe::keep_unknown) says otherwise.
    pub fn subscribe(&self, name: &str) -> Subscribe<A::Event, Id<A>> {
        Subscribe::new(Arc::clone(self.store()), name, Self::log_source())
    }
}

impl<E: Send + 'static> Subscribe<E> {
    /// Only the events of this kind of aggregate, as they are: the application's enum is left out.
    pub fn of<A: Aggregate>(self) -> Subscribe<A::Event, Id<A>> {
        self.of_source(Repository::<A>::log_source())
    }
}
