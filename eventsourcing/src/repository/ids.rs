//! The ids of all aggregates of a repository, page by page or one by one.

mod stream;

use std::fmt;

pub use self::stream::IdStream;
use crate::aggregate::{Aggregate, Id};
use crate::error::{LoadError, ReadError};
use crate::event::{Event, EventKind};
use crate::repository::Repository;
use crate::store::StreamList;

/// Lists the ids of the aggregates of a repository in ascending order, page by page, with memory for one page.
///
/// [`stream`](Self::stream) gives them one by one.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Example { root: Root<Self> }
/// # #[events] impl Example {
/// #     #[event(Created)] fn create() -> Self { Self { root: Root::new() } }
/// # }
/// # pollster::block_on(async {
/// let examples = Repository::<Example>::new(MemoryStore::new());
/// let mut example = Example::create();
/// examples.save(&mut example).await?;
///
/// let mut ids = examples.ids().page_size(100);
/// assert_eq!(ids.next_page().await?, [example.id()]);
/// assert!(ids.next_page().await?.is_empty(), "the end");
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct IdReader<A> {
    repository: Repository<A>,
    list: StreamList,
    is_at_end: bool,
}

impl<A: Aggregate> Repository<A> {
    /// Lists all aggregates that [`contains`](Self::contains) is true of. Those that are created while it is read may be missing.
    #[must_use]
    pub fn ids(&self) -> IdReader<A> {
        IdReader { repository: self.clone(), list: StreamList::new(A::NAME), is_at_end: false }
    }
}

impl<A: Aggregate> IdReader<A> {
    /// Lists only those with a greater id: the last of a page, to go on in another request.
    #[must_use]
    pub fn after(mut self, id: Id<A>) -> Self {
        self.list = self.list.after(id.as_uuid());
        self
    }

    /// Gives at most this many ids at a time; 1,024 unless set.
    #[must_use]
    pub fn page_size(mut self, ids: usize) -> Self {
        self.list = self.list.limit(ids);
        self
    }

    /// The next ids; none at the end. A page costs no more than its ids, and a read of the last event of each where an aggregate can be
    /// discarded.
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`]. The ids before the one that cannot be read were given out; the reader stands before it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing: the reader stands where it was, or after aggregates that were all discarded.
    pub async fn next_page(&mut self) -> Result<Vec<Id<A>>, LoadError> {
        let can_be_discarded = A::Event::KINDS.iter().any(EventKind::is_discard);
        while !self.is_at_end {
            let page = self.repository.store().list_streams(self.list.clone()).await.map_err(ReadError::from)?;
            let mut ids: Vec<Id<A>> = Vec::with_capacity(page.ids.len());
            for id in page.ids.iter().copied().map(Id::from) {
                if !can_be_discarded {
                    ids.push(id);
                    continue;
                }
                match self.repository.contains(id).await {
                    Ok(true) => ids.push(id),
                    Ok(false) => {}
                    // The next call begins at the one that cannot be read, and returns the error.
                    Err(error) => match ids.last() {
                        Some(last) => {
                            self.list.after = Some(last.as_uuid());
                            return Ok(ids);
                        }
                        None => return Err(error),
                    },
                }
            }
            match page.ids.last() {
                Some(last) => self.list.after = Some(*last),
                None => self.is_at_end = true,
            }
            self.is_at_end |= !page.more;
            if !ids.is_empty() {
                return Ok(ids);
            }
        }
        Ok(Vec::new())
    }
}

impl<A> Clone for IdReader<A> {
    fn clone(&self) -> Self {
        Self { repository: self.repository.clone(), list: self.list.clone(), is_at_end: self.is_at_end }
    }
}

impl<A> fmt::Debug for IdReader<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdReader").field("list", &self.list).finish_non_exhaustive()
    }
}
