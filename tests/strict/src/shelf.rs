//! A generic aggregate, and bodies that leave early.

use std::future::ready;

use eventsourcing::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One instance is kept in a store, so all may have one name.
const SHELF: &str = "Shelf";

/// Keeps things in order.
#[derive(Aggregate, Clone, Debug, PartialEq, Eq)]
#[aggregate(name = SHELF)]
pub struct Shelf<T> {
    root: Root<Self>,
    things: Vec<T>,
    next: Option<Id<Self>>,
}

#[events]
impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Shelf<T> {
    /// Puts it up, see [`Self::fill`].
    #[event(Built)]
    #[inline]
    #[must_use]
    pub fn build(label: &str, first: Option<T>) -> Self {
        let Some(thing) = first else {
            return Self { root: Root::new(), things: Vec::new(), next: None };
        };
        Self { root: Root::named(label), things: vec![thing], next: None }
    }

    /// Adds a thing.
    #[event(Added)]
    #[inline]
    pub fn add(&mut self, thing: T) {
        self.things.push(thing);
    }

    /// Names the one beside it.
    #[event(Joined)]
    #[inline]
    pub fn join(&mut self, next: Id<Self>, others: &[Id<Self>]) {
        self.next = Some(next);
    }

    /// Adds all that fit, and says what did not.
    #[inline]
    pub async fn fill<I: IntoIterator<Item = T> + Send>(&mut self, things: I, (room, _): (usize, bool)) -> Vec<T>
    where
        I::IntoIter: Send,
    {
        let mut left = Vec::new();
        for thing in things {
            if self.things.len() < room {
                self.add(thing);
            } else {
                left.push(thing);
            }
        }
        ready(left).await
    }

    /// Says what is there.
    #[inline]
    #[must_use]
    pub fn things(&self) -> &[T] {
        &self.things
    }
}
