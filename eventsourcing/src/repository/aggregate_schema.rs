//! The events of an aggregate, without its type: for tests of what is stored.
#![cfg_attr(not(feature = "testing"), allow(dead_code, reason = "what tests alone ask for"))]

use std::fmt;

use crate::aggregate::{Aggregate, Journaled};
use crate::event::Event;
use crate::schema::EventSchema;

/// What the events of an aggregate are stored as, and how they are read: for `history_tests!`.
#[derive(Clone)]
pub struct AggregateSchema {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) schemas: &'static [&'static [EventSchema]],
    /// Its unique fields, and the names of the streams of their claims.
    pub(crate) unique: Vec<(&'static str, &'static str)>,
    /// The name of the streams of its journals, if it is a process.
    journal: &'static str,
    #[cfg(feature = "testing")]
    pub(crate) fold: fn(&[super::golden::Sample<'_>]) -> Vec<String>,
}

impl AggregateSchema {
    /// That of this aggregate.
    #[must_use]
    pub fn of<A: Aggregate>() -> Self {
        Self {
            name: A::NAME,
            path: A::Event::PATH,
            schemas: A::Event::SCHEMAS,
            unique: A::UNIQUE.iter().map(|unique| (unique.name(), unique.kind())).collect(),
            journal: A::JOURNAL,
            #[cfg(feature = "testing")]
            fold: super::golden::fold::<A>,
        }
    }
}

impl AggregateSchema {
    /// The names of the framework's streams that belong to it: of its claims, and of its journals.
    pub(crate) fn own_streams(&self) -> impl Iterator<Item = &'static str> {
        let journal = Some(self.journal).filter(|name| !name.is_empty());
        self.unique.iter().map(|(_, claims)| *claims).chain(journal)
    }
}

impl fmt::Debug for AggregateSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AggregateSchema").field("name", &self.name).field("path", &self.path).finish_non_exhaustive()
    }
}
