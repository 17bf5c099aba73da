//! The ids as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::IdReader;
use crate::aggregate::{Aggregate, Id};
use crate::error::LoadError;
use crate::log::Paged;

/// The ids of the aggregates of a repository one by one: made by [`IdReader::stream`].
///
/// It is a [`Stream`], and [`next`](Self::next) needs no other crate. Memory is that of one page. After an error it has ended; a reader
/// [after](IdReader::after) the last id that it gave goes on.
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
/// let mut ids = examples.ids().stream();
/// while let Some(id) = ids.next().await.transpose()? {
///     assert_eq!(id, example.id());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[must_use = "it reads nothing until it is polled"]
pub struct IdStream<A> {
    paged: Paged<IdReader<A>, Id<A>>,
}

impl<A> IdReader<A> {
    /// The ids one by one.
    pub fn stream(self) -> IdStream<A> {
        IdStream { paged: Paged::new(self) }
    }
}

impl<A: Aggregate> IdStream<A> {
    /// The next id; `None` at the end, and after an error.
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`]; all ids before the one of which it cannot be read whether it is discarded were given.
    ///
    /// # Cancel safety
    ///
    /// No id is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Id<A>, LoadError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// Its ids are moved out of it, so nothing in it is pinned.
impl<A> Unpin for IdStream<A> {}

impl<A: Aggregate> Stream for IdStream<A> {
    type Item = Result<Id<A>, LoadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next_page = |mut reader: Box<IdReader<A>>| async move {
            let page = reader.next_page().await;
            (reader, page)
        };
        self.get_mut().paged.poll_next(context, next_page, |_| ())
    }
}

impl<A> fmt::Debug for IdStream<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdStream").finish_non_exhaustive()
    }
}
