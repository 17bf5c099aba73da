//! The log without async.

use std::{fmt, io};

use pollster::block_on;

use super::Repository;
use crate::aggregate::Aggregate;
use crate::error::{ExportError, ImportError, LoadError};
use crate::event::Recorded;
use crate::log::{self, LogEvent, OnUnknown};
use crate::repository::Imported;
use crate::stream::Position;

/// [`LogReader`](crate::log::LogReader) without async.
pub struct LogReader<E> {
    inner: log::LogReader<E>,
}

impl<E> Clone for LogReader<E> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<E> fmt::Debug for LogReader<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<E> log::LogReader<E> {
    /// The same reader without async.
    #[must_use]
    pub fn blocking(self) -> LogReader<E> {
        LogReader { inner: self }
    }
}

/// [`LogStream`](crate::log::LogStream) without async: an iterator.
#[must_use = "it reads nothing until it is asked for an event"]
pub struct LogStream<E> {
    inner: log::LogStream<E>,
}

impl<E> fmt::Debug for LogStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<E> LogStream<E> {
    /// As [`LogStream::position`](crate::log::LogStream::position).
    #[must_use]
    pub fn position(&self) -> Position {
        self.inner.position()
    }
}

impl<E: Send + 'static> Iterator for LogStream<E> {
    type Item = Result<Recorded<LogEvent<E>>, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.inner.next())
    }
}

impl<A: Aggregate> Repository<A> {
    /// As [`Repository::log`](crate::Repository::log).
    #[must_use]
    pub fn log(&self) -> LogReader<A::Event> {
        LogReader { inner: self.inner.log() }
    }

    /// As [`Repository::import`](crate::Repository::import).
    ///
    /// # Errors
    ///
    /// By [`ImportError`]; the commits before the line that it names are stored.
    pub fn import(&self, input: &mut (dyn io::BufRead + Send)) -> Result<Imported, ImportError> {
        block_on(self.inner.import(input))
    }
}

impl<E> LogReader<E> {
    /// As [`LogReader::after`](crate::log::LogReader::after).
    #[must_use]
    pub fn after(self, position: impl Into<Position>) -> Self {
        Self { inner: self.inner.after(position) }
    }

    /// As [`LogReader::before`](crate::log::LogReader::before).
    #[must_use]
    pub fn before(self, position: impl Into<Position>) -> Self {
        Self { inner: self.inner.before(position) }
    }

    /// As [`LogReader::page_size`](crate::log::LogReader::page_size).
    #[must_use]
    pub fn page_size(self, events: usize) -> Self {
        Self { inner: self.inner.page_size(events) }
    }

    /// As [`LogReader::events`](crate::log::LogReader::events).
    #[must_use]
    pub fn events(self, names: impl IntoIterator<Item = &'static str>) -> Self {
        Self { inner: self.inner.events(names) }
    }

    /// As [`LogReader::on_unknown`](crate::log::LogReader::on_unknown).
    #[must_use]
    pub fn on_unknown(self, on_unknown: OnUnknown) -> Self {
        Self { inner: self.inner.on_unknown(on_unknown) }
    }

    /// As [`LogReader::position`](crate::log::LogReader::position).
    #[must_use]
    pub const fn position(&self) -> Position {
        self.inner.position()
    }

    /// As [`LogReader::next_page`](crate::log::LogReader::next_page).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn next_page(&mut self) -> Result<Vec<Recorded<LogEvent<E>>>, LoadError>
    where
        E: Send,
    {
        block_on(self.inner.next_page())
    }

    /// As [`LogReader::latest`](crate::log::LogReader::latest).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn latest(&self, events: usize) -> Result<Vec<Recorded<LogEvent<E>>>, LoadError>
    where
        E: Send,
    {
        block_on(self.inner.latest(events))
    }

    /// As [`LogReader::stream`](crate::log::LogReader::stream).
    pub fn stream(self) -> LogStream<E> {
        LogStream { inner: self.inner.stream() }
    }

    /// As [`LogReader::follow`](crate::log::LogReader::follow).
    pub fn follow(self) -> LogStream<E> {
        LogStream { inner: self.inner.follow() }
    }

    /// As [`LogReader::export`](crate::log::LogReader::export).
    ///
    /// # Errors
    ///
    /// By [`ExportError`]; the lines of the events before were written.
    pub fn export(self, out: &mut (dyn io::Write + Send)) -> Result<Position, ExportError> {
        block_on(self.inner.export(out))
    }
}
