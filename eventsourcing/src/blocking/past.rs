//! Ids, times and last events without async.

use std::fmt;
use std::time::SystemTime;

use pollster::block_on;

use super::Repository;
use crate::aggregate::{Aggregate, Id};
use crate::error::LoadError;
use crate::event::Recorded;
use crate::repository;

/// [`IdReader`](crate::repository::IdReader) without async.
pub struct IdReader<A> {
    inner: repository::IdReader<A>,
}

impl<A> Clone for IdReader<A> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<A> fmt::Debug for IdReader<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// [`IdStream`](crate::repository::IdStream) without async: an iterator.
#[must_use = "it reads nothing until it is asked for an id"]
pub struct IdStream<A> {
    inner: repository::IdStream<A>,
}

impl<A> fmt::Debug for IdStream<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<A: Aggregate> Iterator for IdStream<A> {
    type Item = Result<Id<A>, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.inner.next())
    }
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

    /// As [`IdReader::stream`](crate::repository::IdReader::stream).
    pub fn stream(self) -> IdStream<A> {
        IdStream { inner: self.inner.stream() }
    }
}
