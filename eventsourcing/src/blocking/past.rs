//! Ids, times and last events without async.

use std::time::SystemTime;

use pollster::block_on;

use super::Repository;
use crate::aggregate::{Aggregate, Id};
use crate::error::LoadError;
use crate::event::Recorded;
use crate::repository;

/// [`IdReader`](crate::repository::IdReader) without async.
#[derive(Clone, Debug)]
pub struct IdReader<A> {
    inner: repository::IdReader<A>,
}

impl<A: Aggregate> Repository<A> {
    /// As [`Repository::ids`](crate::Repository::ids).
    #[must_use]
    pub fn ids(&self) -> IdReader<A> {
        IdReader { inner: self.inner.ids() }
    }

    /// As [`Repository::get_as_of`](crate::Repository::get_as_of).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn get_as_of(&self, id: Id<A>, time: SystemTime) -> Result<A, LoadError> {
        block_on(self.inner.get_as_of(id, time))
    }

    /// As [`Repository::last_events`](crate::Repository::last_events).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn last_events(&self, id: Id<A>, events: usize) -> Result<Vec<Recorded<A::Event>>, LoadError> {
        block_on(self.inner.last_events(id, events))
    }
}

impl<A: Aggregate> IdReader<A> {
    /// As [`IdReader::after`](crate::repository::IdReader::after).
    #[must_use]
    pub fn after(self, id: Id<A>) -> Self {
        Self { inner: self.inner.after(id) }
    }

    /// As [`IdReader::page_size`](crate::repository::IdReader::page_size).
    #[must_use]
    pub fn page_size(self, ids: usize) -> Self {
        Self { inner: self.inner.page_size(ids) }
    }

    /// As [`IdReader::next_page`](crate::repository::IdReader::next_page).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn next_page(&mut self) -> Result<Vec<Id<A>>, LoadError> {
        block_on(self.inner.next_page())
    }
}
