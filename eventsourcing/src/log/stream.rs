//! The log as a stream of events, up to its end or for as long as there are more to come.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::{LoadError, ReadError};
use crate::event::Recorded;
use crate::log::paged::{NextPage, Paged};
use crate::log::{LogEvent, LogReader};
use crate::stream::Position;

/// The events of a log one by one: made by [`LogReader::stream`] and [`LogReader::follow`].
///
/// It is a [`Stream`], and [`next`](Self::next) needs no other crate. Memory is that of one page. After an error it has ended; a reader
/// [after](LogReader::after) its [`position`](Self::position) goes on.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Example { root: Root<Self> }
/// # #[events] impl Example {
/// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
/// # }
/// # pollster::block_on(async {
/// let examples = Repository::<Example>::new(MemoryStore::new());
/// let mut following = examples.log().follow();
///
/// let mut example = Example::create();
/// examples.save(&mut example).await?;
/// let recorded = following.next().await.transpose()?.expect("it waits for what comes");
/// assert_eq!(recorded.stream.id(), example.id().as_uuid());
/// assert_eq!(following.position(), 1); // keep it to go on from here after a restart
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[must_use = "it reads nothing until it is polled"]
pub struct LogStream<E> {
    paged: Paged<LogReader<E>, Recorded<LogEvent<E>>>,
    /// After which position the log is read on, once all of the page was given.
    position: Position,
    waits: bool,
}

impl<E> LogReader<E> {
    /// The events one by one, up to the end of the log.
    pub fn stream(self) -> LogStream<E> {
        LogStream { position: self.position(), paged: Paged::new(self), waits: false }
    }

    /// The events one by one; at the end of the log it waits for the next commit, without a polling delay.
    pub fn follow(self) -> LogStream<E> {
        LogStream { waits: true, ..self.stream() }
    }
}

impl<E> LogStream<E> {
    /// The position to go on [after](LogReader::after): that of the last event that was given, or the one before it while one that was stored with
    /// it is still to come. Where the next events are none of those that are read, it is past them.
    #[must_use]
    pub fn position(&self) -> Position {
        self.paged.front().map_or(self.position, |next| next.position.saturating_sub(1))
    }

    /// The next event; `None` at the end of the log, and after an error.
    ///
    /// # Errors
    ///
    /// By [`LoadError`]; all events before the one that cannot be read were given.
    ///
    /// # Cancel safety
    ///
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Recorded<LogEvent<E>>, LoadError>>
    where
        E: Send + 'static,
    {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// Its events are moved out of it, so nothing in it is pinned.
impl<E> Unpin for LogStream<E> {}

impl<E: Send + 'static> Stream for LogStream<E> {
    type Item = Result<Recorded<LogEvent<E>>, LoadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { paged, position, waits } = self.get_mut();
        let waits = *waits;
        paged.poll_next(context, |reader| next_page(reader, waits), |reader| *position = reader.position())
    }
}

/// The next page; none at the end of the log, unless the stream waits.
async fn next_page<E: Send>(
    mut reader: Box<LogReader<E>>,
    waits: bool,
) -> NextPage<LogReader<E>, Recorded<LogEvent<E>>> {
    loop {
        let page = reader.next_page().await;
        if !waits || reader.is_done() || !page.as_ref().is_ok_and(Vec::is_empty) {
            return (reader, page);
        }
        if let Err(error) = reader.store().wait_past(reader.position()).await {
            return (reader, Err(ReadError::from(error).into()));
        }
    }
}

impl<E> fmt::Debug for LogStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = self.position();
        f.debug_struct("LogStream").field("position", &position).field("waits", &self.waits).finish_non_exhaustive()
    }
}
