//! Reading the log forward, page by page.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::{DecodeError, LoadError, ReadError};
use crate::event::{EventKind, Recorded};
use crate::log::decode::unless_refused;
use crate::log::{LogEvent, OnUnknown};
use crate::store::{EventStore, LogRead, Page, StoredEvent};
use crate::stream::Position;

/// Reads the events of all aggregates of a repository or an application in the order of the commits, page by page, with memory for one page.
///
/// [`stream`](Self::stream) gives them one by one up to the end of the log, and [`follow`](Self::follow) goes on with what is committed later.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Example { root: Root<Self> }
/// # #[events] impl Example {
/// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
/// #     #[event(Changed)] fn change(&mut self) {}
/// # }
/// use eventsourcing::log::{LogEvent, OnUnknown};
///
/// # pollster::block_on(async {
/// let examples = Repository::<Example>::new(MemoryStore::new());
/// examples.save(&mut Example::create()).await?;
/// let mut other = Example::create();
/// other.change();
/// examples.save(&mut other).await?;
///
/// let mut log = examples.log().after(1).on_unknown(OnUnknown::Skip);
/// let page = log.next_page().await?;
/// assert!(matches!(page[0].event, LogEvent::Known(ExampleEvent::Created)));
/// assert_eq!(Id::from(&page[1].stream), other.id());
/// assert_eq!(page[1].position, 3);
/// assert!(log.next_page().await?.is_empty(), "the end, for now");
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct LogReader<E> {
    store: Arc<dyn EventStore>,
    pub(super) read: LogRead,
    pub(super) on_unknown: OnUnknown,
    pub(super) source: LogSource<E>,
    /// Only what stands before this position.
    pub(super) before: Position,
    /// How many events the last page had: room for as many is made at once.
    last: usize,
}

/// Whose events a log gives, and how they are decoded.
pub(crate) struct LogSource<E> {
    /// The stored names of the kinds of aggregates.
    pub(crate) aggregates: &'static [&'static str],
    /// The names of the framework's streams that belong to them, which an export has: of claims and journals.
    pub(crate) own_streams: fn() -> Vec<&'static str>,
    /// The events of each of them.
    pub(crate) kinds: fn() -> Vec<&'static [EventKind]>,
    /// Gives what a stored event means today, oldest first.
    pub(crate) decode: Decode<E>,
    /// Adds what a stored event means today.
    pub(crate) read: Read<E>,
}

type Events<E> = Vec<Recorded<LogEvent<E>>>;
type Decode<E> = fn(&StoredEvent<'_>, &mut dyn FnMut(E)) -> Result<(), DecodeError>;
type Read<E> = fn(&StoredEvent<'_>, OnUnknown, &mut Events<E>) -> Result<(), LoadError>;

impl<E> LogReader<E> {
    pub(crate) fn new(store: Arc<dyn EventStore>, source: LogSource<E>, on_unknown: OnUnknown) -> Self {
        let read = LogRead::after(0).aggregates(source.aggregates.iter().copied());
        Self { store, read, on_unknown, source, before: Position::MAX, last: 0 }
    }

    /// Reads after this position.
    #[must_use]
    pub fn after(mut self, position: impl Into<Position>) -> Self {
        self.read.after = position.into();
        self
    }

    /// Reads what stands before this position only, and ends there: no event is given that stands at it or after it.
    #[must_use]
    pub fn before(mut self, position: impl Into<Position>) -> Self {
        self.before = position.into();
        self
    }

    /// Reads at most this many stored events at a time; 1,024 unless set.
    #[must_use]
    pub fn page_size(mut self, events: usize) -> Self {
        self.read = self.read.limit(events);
        self
    }

    /// Reads only the events of these names, and what was stored under their old names.
    ///
    /// A name that no event has today is looked for as it is stored: that of an event that was retired.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Example { root: Root<Self> }
    /// # #[events] impl Example {
    /// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
    /// #     #[event(Changed)] fn change(&mut self) {}
    /// # }
    /// # pollster::block_on(async {
    /// let examples = Repository::<Example>::new(MemoryStore::new());
    /// let mut example = Example::create();
    /// example.change();
    /// examples.save(&mut example).await?;
    ///
    /// let changes = examples.log().events(["Changed"]).next_page().await?;
    /// assert_eq!(changes.iter().map(|recorded| recorded.version).collect::<Vec<_>>(), [2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn events(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        let kinds = (self.source.kinds)();
        for name in names {
            let found = kinds.iter().copied().flatten().filter(|kind| kind.name() == name);
            let old = found.flat_map(EventKind::old_names).copied();
            self.read = self.read.events([name]).events(old);
        }
        self
    }

    /// Does this with events that it does not know.
    #[must_use]
    pub const fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }

    /// The position up to which it has read.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.read.after
    }

    /// Whether it has read all that stands before where it is to end.
    pub(super) fn is_done(&self) -> bool {
        self.before < Position::MAX && self.read.after >= self.before.previous()
    }

    pub(super) fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// The next events; none at the end of the log. Called again later, it goes on from there.
    ///
    /// An event that an older release stored is what it means today: no event, one, or several at one position.
    ///
    /// # Errors
    ///
    /// By [`LoadError`]. The events before the one that cannot be read were given out; the reader stands before it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing: the reader stands where it was.
    pub async fn next_page(&mut self) -> Result<Vec<Recorded<LogEvent<E>>>, LoadError>
    where
        E: Send,
    {
        let (on_unknown, source, last) = (self.on_unknown, self.source, self.last);
        let mut events = Vec::new();
        while events.is_empty() {
            let read = |stored: &StoredEvent<'_>| {
                // Not before there is an event: those who poll get an empty page most of the time.
                if events.is_empty() {
                    events.reserve(last);
                }
                (source.read)(stored, on_unknown, &mut events)
            };
            let more = self.page(true, read).await;
            // The next call begins at the event that cannot be read, and returns the error.
            if more.is_err() && !events.is_empty() {
                return Ok(events);
            }
            if !more? {
                break;
            }
        }
        self.last = events.len();
        Ok(events)
    }

    /// Visits a page, up to the first event that is refused, and says whether there may be more. `never_waits` says that `each` waits
    /// for nothing.
    pub(super) async fn page<F: From<ReadError> + Send>(
        &mut self,
        never_waits: bool,
        mut each: impl FnMut(&StoredEvent<'_>) -> Result<(), F> + Send,
    ) -> Result<bool, F> {
        if self.is_done() {
            return Ok(false);
        }
        let (mut refused, mut before, end, mut is_end) = (Ok(()), self.read.after, self.before, false);
        let mut visit = |stored: StoredEvent<'_>| {
            if stored.position >= end {
                is_end = true;
                return ControlFlow::Break(());
            }
            if let Err(error) = each(&stored) {
                refused = Err(error);
                return ControlFlow::Break(());
            }
            before = stored.position;
            ControlFlow::Continue(())
        };
        let read = LogRead { never_waits, ..self.read.clone() };
        let page = self.store.read_log(read, &mut visit).await;
        let read = refused.and(page.map_err(F::from));
        let reached = |page: &Page<Position>| if is_end { end.previous() } else { page.reached.min(end.previous()) };
        self.read.after = read.as_ref().map_or(before, reached);
        Ok(read?.more && !self.is_done())
    }

    /// Visits each stored event that is known or kept, up to the end of the log or the first that is refused.
    pub(super) async fn visit_all<F: From<ReadError> + From<LoadError> + Send>(
        &mut self,
        mut each: impl FnMut(&StoredEvent<'_>) -> Result<(), F> + Send,
    ) -> Result<(), F> {
        let (on_unknown, decode) = (self.on_unknown, self.source.decode);
        // A reader of certain events is one of their aggregates alone.
        let own = if self.read.events.is_empty() { (self.source.own_streams)() } else { Vec::new() };
        self.read = self.read.clone().aggregates(own.iter().copied());
        let mut visit = |stored: &StoredEvent<'_>| match decode(stored, &mut drop) {
            _ if own.contains(&stored.stream.aggregate()) => each(stored),
            Err(error) => {
                unless_refused(stored, on_unknown, error)?;
                if on_unknown == OnUnknown::Keep { each(stored) } else { Ok(()) }
            }
            Ok(()) => each(stored),
        };
        while self.page(false, &mut visit).await? {}
        Ok(())
    }
}

impl<E> Copy for LogSource<E> {}

impl<E> Clone for LogSource<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Clone for LogReader<E> {
    fn clone(&self) -> Self {
        let (store, read) = (Arc::clone(&self.store), self.read.clone());
        Self { store, read, on_unknown: self.on_unknown, source: self.source, before: self.before, last: self.last }
    }
}

impl<E> fmt::Debug for LogReader<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("LogReader");
        shown.field("read", &self.read).field("on_unknown", &self.on_unknown).finish_non_exhaustive()
    }
}
