//! What a command holds instead of its aggregate.

use std::ops::Deref;

use crate::aggregate::{Aggregate, record};

/// An aggregate that can be read and given events, and not be changed otherwise: a command cannot reach what is in here.
#[derive(Debug)]
pub struct OnlyEvents<'a, A>(&'a mut A);

impl<'a, A> OnlyEvents<'a, A> {
    /// Wraps an aggregate for the time of a command.
    pub const fn new(aggregate: &'a mut A) -> Self {
        Self(aggregate)
    }

    pub(super) fn record(&mut self, event: A::Event)
    where
        A: Aggregate,
    {
        record(self.0, event);
    }
}

impl<A> Deref for OnlyEvents<'_, A> {
    type Target = A;

    fn deref(&self) -> &A {
        self.0
    }
}
