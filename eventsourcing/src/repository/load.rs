//! Reading aggregates: one, several, as they were, and what happened to them.

use std::collections::HashSet;
use std::ops::ControlFlow;

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::LoadError;
use crate::event::Recorded;
use crate::log::{self, LogEvent, OnUnknown};
use crate::repository::Repository;
use crate::repository::fold::{is_discard, load, visit_stream};
use crate::store::{EventStore, StoredEvent, StreamRead};
use crate::stream::Version;

/// An aggregate as it is now, if it was saved and not discarded.
async fn find<A: Aggregate>(store: &dyn EventStore, id: Id<A>, on_unknown: OnUnknown) -> Result<Option<A>, LoadError> {
    let found: Option<A> = load(store, id, Version::MAX, on_unknown).await?;
    Ok(found.filter(|aggregate| !aggregate.root().state.is_discarded()))
}

/// An aggregate as it is now.
pub(crate) async fn get<A: Aggregate>(
    store: &dyn EventStore,
    id: Id<A>,
    on_unknown: OnUnknown,
) -> Result<A, LoadError> {
    find(store, id, on_unknown).await?.ok_or_else(|| LoadError::NotFound { stream: stream_of(id) })
}

impl<A: Aggregate> Repository<A> {
    /// Loads an aggregate.
    ///
    /// # Errors
    ///
    /// By [`LoadError`]; [`LoadError::NotFound`] if it was never saved, or was discarded.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn get(&self, id: Id<A>) -> Result<A, LoadError> {
        get(&**self.store(), id, self.on_unknown).await
    }

    /// Loads an aggregate if there is one: `None` if it was never saved, or was discarded.
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn find(&self, id: Id<A>) -> Result<Option<A>, LoadError> {
        find(&**self.store(), id, self.on_unknown).await
    }

    /// Loads an aggregate as it was at this version, 1 being its first.
    ///
    /// It can be looked at; saving what is recorded on it is a conflict, unless the version is the last.
    ///
    /// # Errors
    ///
    /// By [`LoadError`]; [`LoadError::NotFound`] if there is no such aggregate or it was discarded at this version, and
    /// [`LoadError::NoSuchVersion`] if it has not come so far, or for version 0.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn get_at(&self, id: Id<A>, version: impl Into<Version>) -> Result<A, LoadError> {
        let version = version.into();
        let not_found = || LoadError::NotFound { stream: stream_of(id) };
        // A stream is asked for its first event even at version 0, to tell a wrong id from a wrong version.
        let aggregate: A =
            load(&**self.store(), id, version.max(Version::new(1)), self.on_unknown).await?.ok_or_else(not_found)?;
        if aggregate.version() != version {
            let actual = self.version(id).await?;
            return Err(LoadError::NoSuchVersion { stream: stream_of(id), requested: version, actual });
        }
        if aggregate.root().state.is_discarded() { Err(not_found()) } else { Ok(aggregate) }
    }

    /// Loads several aggregates, in the order of their ids. The ids are taken from the iterator at once.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), of the first that cannot be loaded; [`LoadError::Duplicate`] if an id is given twice, because two values of
    /// one aggregate could not be saved together.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub fn get_many(
        &self,
        ids: impl IntoIterator<Item = Id<A>>,
    ) -> impl Future<Output = Result<Vec<A>, LoadError>> + Send {
        // An iterator with a closure in the future would keep it from being spawned: <https://github.com/rust-lang/rust/issues/102211>
        let ids: Vec<_> = ids.into_iter().collect();
        async move {
            let (mut aggregates, mut seen) = (Vec::new(), HashSet::new());
            for id in ids {
                if !seen.insert(id) {
                    return Err(LoadError::Duplicate { stream: stream_of(id) });
                }
                aggregates.push(self.get(id).await?);
            }
            Ok(aggregates)
        }
    }

    /// Whether there is such an aggregate: it was saved, and its last event does not discard it. Reads that event only, unless it is of an older
    /// release.
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn contains(&self, id: Id<A>) -> Result<bool, LoadError> {
        let mut found = Some(false);
        let last = StreamRead::new(stream_of(id)).backward().limit(1);
        self.store()
            .read_stream(last, &mut |event| {
                found = is_discard::<A>(&event).map(|discards| !discards);
                ControlFlow::Break(())
            })
            .await?;
        match found {
            Some(found) => Ok(found),
            // What is left of it today may be no event, or several.
            None => Ok(self.find(id).await?.is_some()),
        }
    }

    /// All events of an aggregate, oldest first; also of one that was discarded. An aggregate that was never saved has
    /// none.
    ///
    /// What an older release stored is what it means today: where one stored event became several they have one version and one
    /// position, and where nothing is left of one its version is missing. So are events that this program does not know, if the
    /// repository does not refuse them ([`on_unknown`](Self::on_unknown)).
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn history(&self, id: Id<A>) -> Result<Vec<Recorded<A::Event>>, LoadError> {
        let mut history = Vec::new();
        visit_stream(&**self.store(), stream_of(id), 1.., &mut |stored| {
            let read = self.read_known(&stored, &mut history);
            read.map_or_else(|error| ControlFlow::Break(Err(error)), ControlFlow::Continue)
        })
        .await?;
        Ok(history)
    }

    /// Adds what a stored event means today; nothing if this program does not know it.
    pub(super) fn read_known(
        &self,
        stored: &StoredEvent<'_>,
        events: &mut Vec<Recorded<A::Event>>,
    ) -> Result<(), LoadError> {
        log::read_into(stored, A::NAME, self.on_unknown, LogEvent::known, events)
    }

    async fn version(&self, id: Id<A>) -> Result<Version, LoadError> {
        let last = StreamRead::new(stream_of(id)).backward().limit(1);
        Ok(self.store().read_stream(last, &mut |_| ControlFlow::Continue(())).await?.reached)
    }
}
