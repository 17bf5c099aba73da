//! An aggregate is folded from its events, page by page.

use std::ops::ControlFlow;

use crate::aggregate::{Aggregate, Id, replayed, root::Stored, stream_of};
use crate::codec::{self, Decoded};
use crate::error::{DecodeError, LoadError};
use crate::event::{Event, Metadata, RawEvent, Recorded, Unknown};
use crate::snapshot::{self, Latest, Restored};
use crate::store::{EventStore, StoredEvent, StreamRead, from_micros};
use crate::stream::{StreamId, Version};

/// The events of a page: so many that asking for the next costs nothing beside them.
const PAGE: usize = 1 << 13;

/// An aggregate as its events up to a version made it, from its latest snapshot on; `None` if there are no events.
pub(crate) async fn load<A: Aggregate>(
    store: &dyn EventStore,
    id: Id<A>,
    to: Version,
    unknown: Unknown,
) -> Result<Option<A>, LoadError> {
    let Some(snapshots) = &A::SNAPSHOTS else { return load_from_events(store, id, to, unknown).await };
    match snapshot::latest(store, snapshots, id, to).await {
        Latest::None => return load_from_events(store, id, to, unknown).await,
        Latest::Ignored => {}
        Latest::Restored(restored) => {
            let from = restored.version;
            let mut fold = Fold { cut: Some(restored), ..Fold::new(id, unknown) };
            read(store, stream_of(id), from, to, &mut |stored| fold.event(&stored)).await?;
            if let Some(aggregate) = fold.finish() {
                return Ok(Some(aggregate));
            }
            snapshot::ignored(
                &stream_of(id),
                Some(from),
                &"it is ahead of its stream, or was taken on another history",
            );
        }
    }
    let mut loaded: Option<A> = load_from_events(store, id, to, unknown).await?;
    if let Some(aggregate) = &mut loaded {
        aggregate.root_mut().needs_snapshot();
    }
    Ok(loaded)
}

/// The same from the events alone.
pub(crate) async fn load_from_events<A: Aggregate>(
    store: &dyn EventStore,
    id: Id<A>,
    to: Version,
    unknown: Unknown,
) -> Result<Option<A>, LoadError> {
    let mut fold = Fold::new(id, unknown);
    read(store, stream_of(id), 1, to, &mut |stored| fold.event(&stored)).await?;
    Ok(fold.finish())
}

/// An aggregate that is being folded.
struct Fold<A: Aggregate> {
    id: Id<A>,
    unknown: Unknown,
    state: Option<A>,
    /// A state that the first event is to verify. If it does not, the events that are left are skipped.
    cut: Option<Restored<A>>,
    is_refuted: bool,
    skipped: bool,
    raw: Vec<Recorded<RawEvent>>,
}

impl<A: Aggregate> Fold<A> {
    const fn new(id: Id<A>, unknown: Unknown) -> Self {
        Self { id, unknown, state: None, cut: None, is_refuted: false, skipped: false, raw: Vec::new() }
    }

    fn event(&mut self, stored: &StoredEvent<'_>) -> Result<(), LoadError> {
        if self.cut.is_some() || self.is_refuted {
            self.verify(stored);
            return Ok(());
        }
        let mut discards = false;
        match codec::decode(stored.name, stored.schema_version, stored.payload) {
            Ok(Decoded::Current(event)) => discards = self.apply(stored, event)?,
            Ok(Decoded::Old(events)) => {
                for event in events {
                    discards |= self.apply(stored, event)?;
                }
            }
            Err(error) => self.skip(stored, error)?,
        }
        // Also after an event that left nothing: the stream has come this far.
        if let Some(aggregate) = &mut self.state {
            let place = Stored { version: stored.version, position: stored.position };
            aggregate.root_mut().read(place, discards);
        }
        Ok(())
    }

    /// Goes on from the snapshot if this is the event that it was cut after.
    fn verify(&mut self, stored: &StoredEvent<'_>) {
        self.is_refuted = true;
        if let Some(mut restored) = self.cut.take().filter(|restored| restored.is_cut_after(stored)) {
            let place = Stored { version: stored.version, position: stored.position };
            restored.aggregate.root_mut().read(place, false);
            self.state = Some(restored.aggregate);
            self.is_refuted = false;
        }
    }

    /// Applies an event, and says whether the aggregate is gone after it.
    fn apply(&mut self, stored: &StoredEvent<'_>, event: A::Event) -> Result<bool, LoadError> {
        let kind = event.kind();
        match &mut self.state {
            Some(aggregate) if !(kind.is_revival() && aggregate.root().is_discarded()) => aggregate.apply(event),
            state => {
                let not_created = || LoadError::NotCreated { location: stored.location(), event: kind.name() };
                *state = Some(replayed(self.id, event).ok_or_else(not_created)?);
            }
        }
        Ok(kind.is_discard())
    }

    fn skip(&mut self, stored: &StoredEvent<'_>, error: DecodeError) -> Result<(), LoadError> {
        if !is_skipped(self.unknown, &error) {
            return Err(LoadError::Decode { location: stored.location(), source: error });
        }
        self.skipped = true;
        if self.unknown == Unknown::KeepRaw {
            let raw = RawEvent::new(stored.name, stored.schema_version, stored.payload);
            self.raw.push(recorded(stored, raw)?);
        }
        Ok(())
    }

    fn finish(self) -> Option<A> {
        let mut state = self.state;
        if let (true, Some(aggregate)) = (self.skipped, &mut state) {
            aggregate.root_mut().read_past(self.raw);
        }
        state
    }
}

/// Whether a reader goes on after this error.
pub(super) fn is_skipped(unknown: Unknown, error: &DecodeError) -> bool {
    let is_unknown = match error {
        DecodeError::UnknownEvent { .. } => true,
        DecodeError::UnknownVersion { stored, known, .. } => stored > known,
        DecodeError::Payload { .. } | DecodeError::UpcasterPanicked { .. } => false,
    };
    is_unknown && unknown != Unknown::Refuse
}

/// Gives each event of a stream between two versions, oldest first, until one is refused.
pub(super) async fn read(
    store: &dyn EventStore,
    stream: StreamId,
    from: impl Into<Version>,
    to: impl Into<Version>,
    each: &mut (impl FnMut(StoredEvent<'_>) -> Result<(), LoadError> + Send),
) -> Result<(), LoadError> {
    let mut read = StreamRead::new(stream).from(from).to(to).limit(PAGE);
    loop {
        let mut refused = Ok(());
        let mut visit = |event: StoredEvent<'_>| {
            // Only an error is kept: moving a result of this size for each event costs more than asking.
            if let Err(error) = each(event) {
                refused = Err(error);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        let page = store.read_stream(read.clone(), &mut visit).await?;
        refused?;
        if !page.more {
            return Ok(());
        }
        read = read.from(page.reached + 1);
    }
}

/// What was read of an event, with what is stored beside it.
pub(super) fn recorded<E>(stored: &StoredEvent<'_>, event: E) -> Result<Recorded<E>, LoadError> {
    let metadata = stored.metadata.map_or_else(|| Ok(Metadata::new()), codec::decode_metadata);
    let metadata = metadata.map_err(|source| LoadError::Metadata { location: stored.location(), source })?;
    Ok(Recorded::new(event, stored.version, stored.position, from_micros(stored.recorded_at), metadata))
}
