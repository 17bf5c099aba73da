//! The log without async.

use std::io;

use pollster::block_on;

use super::Repository;
use crate::aggregate::Aggregate;
use crate::error::{ExportError, ImportError, LoadError};
use crate::event::Unknown;
use crate::repository::{self, Imported, Logged};
use crate::stream::Position;

/// [`LogReader`](crate::LogReader) without async.
#[derive(Clone, Debug)]
pub struct LogReader<A> {
    inner: repository::LogReader<A>,
}

impl<A: Aggregate> Repository<A> {
    /// As [`Repository::log`](crate::Repository::log).
    #[must_use]
    pub fn log(&self) -> LogReader<A> {
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

impl<A: Aggregate> LogReader<A> {
    /// As [`LogReader::after`](crate::LogReader::after).
    #[must_use]
    pub fn after(self, position: impl Into<Position>) -> Self {
        Self { inner: self.inner.after(position) }
    }

    /// As [`LogReader::page_size`](crate::LogReader::page_size).
    #[must_use]
    pub fn page_size(self, events: usize) -> Self {
        Self { inner: self.inner.page_size(events) }
    }

    /// As [`LogReader::events`](crate::LogReader::events).
    #[must_use]
    pub fn events(self, names: impl IntoIterator<Item = &'static str>) -> Self {
        Self { inner: self.inner.events(names) }
    }

    /// As [`LogReader::unknown`](crate::LogReader::unknown).
    #[must_use]
    pub fn unknown(self, unknown: Unknown) -> Self {
        Self { inner: self.inner.unknown(unknown) }
    }

    /// As [`LogReader::position`](crate::LogReader::position).
    #[must_use]
    pub const fn position(&self) -> Position {
        self.inner.position()
    }

    /// As [`LogReader::next_page`](crate::LogReader::next_page).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn next_page(&mut self) -> Result<Vec<Logged<A>>, LoadError> {
        block_on(self.inner.next_page())
    }

    /// As [`LogReader::export`](crate::LogReader::export).
    ///
    /// # Errors
    ///
    /// By [`ExportError`]; the lines of the events before were written.
    pub fn export(self, out: &mut (dyn io::Write + Send)) -> Result<Position, ExportError> {
        block_on(self.inner.export(out))
    }
}
