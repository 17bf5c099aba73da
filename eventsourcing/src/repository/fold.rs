//! An aggregate is folded from its events, page by page.

use std::mem;
use std::ops::{ControlFlow, RangeBounds};

use crate::aggregate::{
    self, Aggregate, Id, NotApplied, access, has_twin, replayed, root::StoredEnd, set_twin, stream_of,
};
use crate::codec::Decoded;
use crate::error::LoadError;
use crate::event::{Event, EventKind, RawEvent, Recorded};
use crate::log::{self, OnUnknown};
use crate::repository::claims::hold_as_read;
use crate::snapshot::{self, Latest, Restored};
use crate::store::{EventStore, StoredEvent, StreamRead};
use crate::stream::{StreamId, Version};

/// The events of a page: so many that asking for the next costs nothing beside them.
const PAGE: usize = 1 << 13;

/// An aggregate as its events up to a version made it, from its latest snapshot on; `None` if there are no events.
pub(crate) async fn load<A: Aggregate>(
    store: &dyn EventStore,
    id: Id<A>,
    to: Version,
    on_unknown: OnUnknown,
) -> Result<Option<A>, LoadError> {
    let Some(snapshots) = &A::SNAPSHOTS else { return load_from_events(store, id, to, on_unknown).await };
    match snapshot::latest(store, snapshots, id, to).await {
        Latest::None => return load_from_events(store, id, to, on_unknown).await,
        Latest::Ignored => {}
        Latest::Restored(restored) => {
            let from = restored.version;
            let fold = Fold::new(id, on_unknown, Phase::Verifying(restored));
            if let Some(aggregate) = fold.read(store, from, to).await? {
                return Ok(Some(aggregate));
            }
            snapshot::ignored(
                &stream_of(id),
                Some(from),
                &"it is ahead of its stream, or was taken on another history",
            );
        }
    }
    let mut loaded: Option<A> = load_from_events(store, id, to, on_unknown).await?;
    if let Some(aggregate) = &mut loaded {
        aggregate.root_mut(access()).state.needs_snapshot();
    }
    Ok(loaded)
}

/// The same from the events alone.
pub(crate) async fn load_from_events<A: Aggregate>(
    store: &dyn EventStore,
    id: Id<A>,
    to: Version,
    on_unknown: OnUnknown,
) -> Result<Option<A>, LoadError> {
    Fold::new(id, on_unknown, Phase::Folding(None)).read(store, Version::new(1), to).await
}

/// An aggregate that is being folded.
struct Fold<A: Aggregate> {
    id: Id<A>,
    on_unknown: OnUnknown,
    phase: Phase<A>,
    /// A second state that the same events make, to compare what is saved with.
    twin: Option<A>,
    skipped: bool,
    kept: Vec<Recorded<RawEvent>>,
}

enum Phase<A> {
    /// A restored state, which the next event is to verify.
    Verifying(Restored<A>),
    /// What the events have made so far; nothing before the first.
    Folding(Option<A>),
    /// The stream is not the one that the state was cut from.
    Refuted,
}

impl<A: Aggregate> Fold<A> {
    const fn new(id: Id<A>, on_unknown: OnUnknown, phase: Phase<A>) -> Self {
        Self { id, on_unknown, phase, twin: None, skipped: false, kept: Vec::new() }
    }

    /// Folds the stream between two versions; `None` if it has no events there, or refutes the snapshot.
    async fn read(mut self, store: &dyn EventStore, from: Version, to: Version) -> Result<Option<A>, LoadError> {
        visit_stream(store, stream_of(self.id), from..=to, &mut |stored| self.visit(&stored)).await?;
        let Phase::Folding(mut state) = self.phase else { return Ok(None) };
        if let Some(aggregate) = &mut state {
            if self.skipped {
                aggregate.root_mut(access()).state.read_past(self.kept);
            }
            aggregate.root_mut(access()).state.loaded();
            set_twin(aggregate, self.twin);
            hold_as_read(aggregate);
        }
        Ok(state)
    }

    fn visit(&mut self, stored: &StoredEvent<'_>) -> Visited {
        if matches!(self.phase, Phase::Folding(_)) {
            return self.fold(stored).map_or_else(|error| ControlFlow::Break(Err(error)), ControlFlow::Continue);
        }
        match mem::replace(&mut self.phase, Phase::Refuted) {
            Phase::Verifying(mut restored) if restored.is_cut_after(stored) => {
                // When it was cut, the event may have been no end yet.
                let discards = is_discard::<A>(stored).unwrap_or(false);
                for aggregate in [&mut restored.aggregate].into_iter().chain(&mut restored.twin) {
                    aggregate.root_mut(access()).state.read(place(stored), Some(discards));
                }
                self.twin = restored.twin;
                self.phase = Phase::Folding(Some(restored.aggregate));
                ControlFlow::Continue(())
            }
            Phase::Verifying(_) | Phase::Refuted | Phase::Folding(_) => ControlFlow::Break(Ok(())),
        }
    }

    fn fold(&mut self, stored: &StoredEvent<'_>) -> Result<(), LoadError> {
        let Self { id, on_unknown, phase: Phase::Folding(state), twin, skipped, kept } = self else { return Ok(()) };
        let mut discards = None;
        let mut apply = |event: A::Event| {
            if has_twin::<A>() {
                // What is wrong with it is wrong with the other.
                let _ = apply(*id, twin, event.clone(), &mut discards.clone());
            }
            apply(*id, state, event, &mut discards).map_err(|why| why.at(stored))
        };
        match log::decode(stored, *on_unknown)? {
            Some(Decoded::Current(event)) => apply(event)?,
            Some(Decoded::Old(events)) => events.into_iter().try_for_each(apply)?,
            None => {
                *skipped = true;
                if *on_unknown == OnUnknown::Keep {
                    kept.push(log::recorded(stored, stream_of(*id), log::raw(stored))?);
                }
            }
        }
        // Also after an event that left nothing: the stream has come this far.
        if let Some(aggregate) = state {
            aggregate.root_mut(access()).state.read(place(stored), discards);
        }
        if let (true, Some(twin)) = (has_twin::<A>(), twin) {
            twin.root_mut(access()).state.read(place(stored), discards);
        }
        Ok(())
    }
}

/// Applies an event to what the events before it have made. `discards` says whether one of those that were stored as one with it has discarded
/// the aggregate, `None` if there was none, and is then whether they and this one have.
// Inlined, because it runs for each event; what it calls for the first one and for none is not.
#[inline]
pub(super) fn apply<A: Aggregate>(
    id: Id<A>,
    state: &mut Option<A>,
    event: A::Event,
    discards: &mut Option<bool>,
) -> Result<(), Box<Unfolded>> {
    let kind = event.kind();
    let is_discarded = |aggregate: &A| *discards == Some(true) || aggregate.root().state.is_discarded();
    match state {
        Some(aggregate) if !(kind.is_revival() && is_discarded(aggregate)) => {
            if !aggregate::apply(aggregate, event) {
                return Err(Box::new(Unfolded { event: kind.name(), why: NotApplied::ChangesRoot }));
            }
        }
        state => {
            begin_fold(id, state, event, kind.name())?;
            *discards = None;
        }
    }
    *discards = Some(*discards == Some(true) || kind.is_discard());
    Ok(())
}

/// Has the state begin with an event.
#[inline(never)]
fn begin_fold<A: Aggregate>(
    id: Id<A>,
    state: &mut Option<A>,
    first: A::Event,
    event: &'static str,
) -> Result<(), Box<Unfolded>> {
    *state = Some(replayed(id, first).map_err(|why| Box::new(Unfolded { event, why }))?);
    Ok(())
}

/// An event that could not be applied; boxed, because it is rare.
pub(super) struct Unfolded {
    event: &'static str,
    why: NotApplied,
}

impl Unfolded {
    #[cold]
    fn at(&self, stored: &StoredEvent<'_>) -> LoadError {
        let (location, event) = (stored.location().into(), self.event);
        match self.why {
            NotApplied::CreatesNothing => LoadError::NotCreated { location, event },
            NotApplied::ChangesRoot => LoadError::ChangesRoot { location, event },
        }
    }

    #[cfg(feature = "testing")]
    pub(super) fn why(&self) -> &'static str {
        match self.why {
            NotApplied::CreatesNothing => "it does not create the aggregate, and nothing before it has",
            NotApplied::ChangesRoot => "its mutator replaces the root or records another event",
        }
    }
}

/// Whether a stored event discards its aggregate; `None` if it is no event of today, but one that an older release stored, or another program.
pub(super) fn is_discard<A: Aggregate>(stored: &StoredEvent<'_>) -> Option<bool> {
    let kind = A::Event::KINDS.iter().find(|kind| kind.has_name(stored.name));
    kind.filter(|kind| kind.schema_version() == stored.schema_version).map(EventKind::is_discard)
}

const fn place(stored: &StoredEvent<'_>) -> StoredEnd {
    StoredEnd { version: stored.version, position: stored.position }
}

/// Whether to go on after an event, or why not.
pub(super) type Visited = ControlFlow<Result<(), LoadError>>;

/// Visits these events of a stream, oldest first.
pub(super) async fn visit_stream<V: Into<Version> + Copy>(
    store: &dyn EventStore,
    stream: StreamId,
    versions: impl RangeBounds<V>,
    visit: &mut (impl FnMut(StoredEvent<'_>) -> Visited + Send),
) -> Result<(), LoadError> {
    let mut read = StreamRead::new(stream).versions(versions).limit(PAGE).never_waits();
    loop {
        let mut end = None;
        let mut until_end = |event: StoredEvent<'_>| match visit(event) {
            ControlFlow::Continue(()) => ControlFlow::Continue(()),
            ControlFlow::Break(outcome) => {
                end = Some(outcome);
                ControlFlow::Break(())
            }
        };
        let page = store.read_stream(read.clone(), &mut until_end).await?;
        if let Some(outcome) = end {
            return outcome;
        }
        if !page.more {
            return Ok(());
        }
        read.advance(page);
    }
}
