//! Reading the log of a repository's aggregates.

use std::fmt;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::aggregate::{Aggregate, Id};
use crate::codec::{self, Decoded};
use crate::error::{LoadError, ReadError};
use crate::event::{Event as _, Known, RawEvent, Recorded, Unknown};
use crate::repository::Repository;
use crate::repository::fold::{is_skipped, recorded};
use crate::store::{EventStore, LogRead, StoredEvent};
use crate::stream::Position;

/// Reads the events of all aggregates of a repository in the order in which they were stored, page by page, with memory for one page.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Example { root: Root<Self> }
/// # #[events] impl Example {
/// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
/// #     #[event(Changed)] fn change(&mut self) {}
/// # }
/// use eventsourcing::{Known, Unknown};
///
/// # pollster::block_on(async {
/// let examples = Repository::<Example>::new(MemoryStore::new());
/// examples.save(&mut Example::create()).await?;
/// let mut other = Example::create();
/// other.change();
/// examples.save(&mut other).await?;
///
/// let mut log = examples.log().after(1).unknown(Unknown::Ignore);
/// let page = log.next_page().await?;
/// assert!(matches!(page[0].recorded.event, Known::Event(ExampleEvent::Created)));
/// assert_eq!(page[1].id, other.id());
/// assert_eq!(page[1].recorded.position, 3);
/// assert!(log.next_page().await?.is_empty(), "the end, for now");
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct LogReader<A> {
    store: Arc<dyn EventStore>,
    read: LogRead,
    pub(super) unknown: Unknown,
    aggregate: PhantomData<fn() -> A>,
}

/// An event of the log, and whose it is.
#[derive(Debug)]
#[non_exhaustive]
pub struct Logged<A: Aggregate> {
    /// The aggregate that it happened to.
    pub id: Id<A>,
    /// What happened. What an older release stored is what it means today: no event, one, or several at one position.
    pub recorded: Recorded<Known<A::Event>>,
}

impl<A: Aggregate> Repository<A> {
    /// Reads the log from its first event on; what it does with events that it does not know is what the repository does.
    #[must_use]
    pub fn log(&self) -> LogReader<A> {
        let read = LogRead::after(0).aggregates([A::NAME]);
        LogReader { store: Arc::clone(self.store()), read, unknown: self.unknown, aggregate: PhantomData }
    }
}

impl<A: Aggregate> LogReader<A> {
    /// Reads after this position.
    #[must_use]
    pub fn after(mut self, position: impl Into<Position>) -> Self {
        self.read.after = position.into();
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
    /// A name that no event has today is looked for as it is stored: that of an event that is no longer there.
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
    /// assert_eq!(changes.iter().map(|logged| logged.recorded.version).collect::<Vec<_>>(), [2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn events(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        for name in names {
            let kind = A::Event::KINDS.iter().find(|kind| kind.name() == name);
            let old = kind.map_or(&[][..], |kind| kind.old_names());
            self.read = self.read.events([name]).events(old.iter().copied());
        }
        self
    }

    /// Does this with events that it does not know.
    #[must_use]
    pub const fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = unknown;
        self
    }

    /// The position up to which it has read.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.read.after
    }

    /// The next events; none at the end of the log. Called again later, it goes on from there.
    ///
    /// # Errors
    ///
    /// By [`LoadError`]. The events before the one that cannot be read were given out; the reader stands before it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing: the reader stands where it was.
    pub async fn next_page(&mut self) -> Result<Vec<Logged<A>>, LoadError> {
        let unknown = self.unknown;
        let mut events = Vec::new();
        while events.is_empty() {
            let more = self.page(|stored| logged(stored, unknown, &mut events)).await;
            // What is wrong is told by the next call, which begins there.
            if more.is_err() && !events.is_empty() {
                return Ok(events);
            }
            if !more? {
                break;
            }
        }
        Ok(events)
    }

    /// Visits a page, up to the first event that is refused, and says whether there may be more.
    pub(super) async fn page<E: From<ReadError> + Send>(
        &mut self,
        mut each: impl FnMut(&StoredEvent<'_>) -> Result<(), E> + Send,
    ) -> Result<bool, E> {
        let (mut refused, mut before) = (Ok(()), self.read.after);
        let mut visit = |stored: StoredEvent<'_>| {
            if let Err(error) = each(&stored) {
                refused = Err(error);
                return ControlFlow::Break(());
            }
            before = stored.position;
            ControlFlow::Continue(())
        };
        let page = self.store.read_log(self.read.clone(), &mut visit).await;
        let read = refused.and(page.map_err(E::from));
        self.read.after = read.as_ref().map_or(before, |page| page.reached);
        Ok(read?.more)
    }
}

fn logged<A: Aggregate>(
    stored: &StoredEvent<'_>,
    unknown: Unknown,
    events: &mut Vec<Logged<A>>,
) -> Result<(), LoadError> {
    let mut push = |event| {
        events.push(Logged { id: Id::from(stored.stream.id()), recorded: recorded(stored, event)? });
        Ok(())
    };
    match codec::decode(stored.name, stored.schema_version, stored.payload) {
        Ok(Decoded::Current(event)) => push(Known::Event(event)),
        Ok(Decoded::Old(old)) => old.into_iter().try_for_each(|event| push(Known::Event(event))),
        Err(error) if !is_skipped(unknown, &error) => {
            Err(LoadError::Decode { location: stored.location(), source: error })
        }
        Err(_) if unknown == Unknown::KeepRaw => {
            push(Known::Raw(RawEvent::new(stored.name, stored.schema_version, stored.payload)))
        }
        Err(_) => Ok(()),
    }
}

impl<A> Clone for LogReader<A> {
    fn clone(&self) -> Self {
        let (store, read) = (Arc::clone(&self.store), self.read.clone());
        Self { store, read, unknown: self.unknown, aggregate: PhantomData }
    }
}

impl<A> fmt::Debug for LogReader<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogReader").field("read", &self.read).field("unknown", &self.unknown).finish_non_exhaustive()
    }
}
