//! Reading: an aggregate is folded from its events, page by page.

use std::ops::ControlFlow;

use crate::aggregate::{Aggregate, Id, replayed, root::Stored, stream_of};
use crate::codec;
use crate::error::LoadError;
use crate::event::{Event, Metadata, Recorded};
use crate::repository::Repository;
use crate::store::{EventStore, StoredEvent, StreamRead, from_micros};
use crate::stream::Version;

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
        self.find(id).await?.ok_or_else(|| LoadError::NotFound { stream: stream_of(id) })
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
        Ok(load(&**self.store(), id, Version::MAX).await?.filter(|aggregate: &A| !aggregate.root().is_discarded()))
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
    pub async fn get_at(&self, id: Id<A>, version: Version) -> Result<A, LoadError> {
        let not_found = || LoadError::NotFound { stream: stream_of(id) };
        // A stream is asked for its first event even at version 0, to tell a wrong id from a wrong version.
        let aggregate: A = load(&**self.store(), id, version.max(1)).await?.ok_or_else(not_found)?;
        if aggregate.version() != version {
            let actual = self.version(id).await?;
            return Err(LoadError::NoSuchVersion { stream: stream_of(id), requested: version, actual });
        }
        if aggregate.root().is_discarded() { Err(not_found()) } else { Ok(aggregate) }
    }

    /// Loads several aggregates, in the order of their ids.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), of the first that cannot be loaded.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn get_many(&self, ids: impl IntoIterator<Item = Id<A>>) -> Result<Vec<A>, LoadError> {
        let mut aggregates = Vec::new();
        for id in ids {
            aggregates.push(self.get(id).await?);
        }
        Ok(aggregates)
    }

    /// Whether there is such an aggregate: it was saved, and not discarded. Reads its last event only.
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn contains(&self, id: Id<A>) -> Result<bool, LoadError> {
        let mut found = false;
        let last = StreamRead::new(stream_of(id)).backward().limit(1);
        let discards = |name: &str| A::Event::KINDS.iter().any(|kind| kind.is_discard() && kind.answers_to(name));
        self.store()
            .read_stream(last, &mut |event| {
                found = !discards(event.name);
                ControlFlow::Break(())
            })
            .await?;
        Ok(found)
    }

    /// All events of an aggregate, oldest first; also of one that was discarded. An aggregate that was never saved has
    /// none.
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
        read(&**self.store(), id, Version::MAX, &mut |stored| {
            history.push(recorded(&stored)?);
            Ok(())
        })
        .await?;
        Ok(history)
    }

    async fn version(&self, id: Id<A>) -> Result<Version, LoadError> {
        let last = StreamRead::new(stream_of(id)).backward().limit(1);
        Ok(self.store().read_stream(last, &mut |_| ControlFlow::Continue(())).await?.reached)
    }
}

/// Folds the events of an aggregate up to a version; `None` if there are none.
pub(crate) async fn load<A: Aggregate>(store: &dyn EventStore, id: Id<A>, to: Version) -> Result<Option<A>, LoadError> {
    let mut state: Option<A> = None;
    read(store, id, to, &mut |stored| fold(&mut state, id, &stored)).await?;
    Ok(state)
}

fn fold<A: Aggregate>(state: &mut Option<A>, id: Id<A>, stored: &StoredEvent<'_>) -> Result<(), LoadError> {
    let event: A::Event = decode(stored)?;
    let kind = event.kind();
    let aggregate = if let Some(aggregate) = state {
        aggregate.apply(event);
        aggregate
    } else {
        let not_created = || LoadError::NotCreated { place: stored.place(), event: kind.name() };
        state.insert(replayed(id, event).ok_or_else(not_created)?)
    };
    let place = Stored { version: stored.version, position: stored.position };
    aggregate.root_mut().read(place, kind.is_discard());
    Ok(())
}

/// Gives each event of an aggregate up to a version, oldest first, until one is refused.
async fn read<A: Aggregate>(
    store: &dyn EventStore,
    id: Id<A>,
    to: Version,
    each: &mut (dyn FnMut(StoredEvent<'_>) -> Result<(), LoadError> + Send),
) -> Result<(), LoadError> {
    let mut read = StreamRead::new(stream_of(id)).to(to);
    loop {
        let mut refused = Ok(());
        let mut visit = |event: StoredEvent<'_>| {
            refused = each(event);
            if refused.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let page = store.read_stream(read.clone(), &mut visit).await?;
        refused?;
        if !page.more {
            return Ok(());
        }
        read = read.from(page.reached + 1);
    }
}

fn recorded<E: Event>(stored: &StoredEvent<'_>) -> Result<Recorded<E>, LoadError> {
    let metadata = stored.metadata.map_or_else(|| Ok(Metadata::new()), codec::decode_metadata);
    let metadata = metadata.map_err(|source| LoadError::Metadata { place: stored.place(), source })?;
    let recorded_at = from_micros(stored.recorded_at);
    Ok(Recorded::new(decode(stored)?, stored.version, stored.position, recorded_at, metadata))
}

fn decode<E: Event>(stored: &StoredEvent<'_>) -> Result<E, LoadError> {
    codec::decode(stored.name, stored.schema_version, stored.payload)
        .map_err(|source| LoadError::Decode { place: stored.place(), source })
}
