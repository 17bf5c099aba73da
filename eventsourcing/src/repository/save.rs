//! One commit of one or several aggregates.

use std::any::Any;
use std::ops::ControlFlow;

use crate::aggregate::root::Stored;
use crate::aggregate::{Aggregate, Id, Snapshots, stream_of};
use crate::codec;
use crate::error::{EncodeError, LoadError, SaveError};
use crate::event::{Event, Unknown};
use crate::repository::{CommitOptions, fold::load};
use crate::snapshot::{self, event_checksum, is_due};
use crate::store::{BoxFuture, Commit, Committed, EventStore, LogRead, StoredEvent};
use crate::stream::{CommitId, Position, StreamId, Version};

/// Aggregates to be saved together: one, a tuple of up to eight of several types, or a slice of one type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be committed",
    label = "not aggregates to be saved together",
    note = "give `&mut aggregate`, a tuple `(&mut a, &mut b)` of up to eight, or a slice `&mut aggregates[..]`"
)]
pub trait Unsaved: Send {
    /// The aggregates, one by one.
    fn members(&mut self) -> Vec<&mut dyn Member>;
}

/// One of the aggregates to be saved together. Every [`Aggregate`] is one; there is nothing to call on it.
pub trait Member: sealed::Sealed {}

impl<A: Aggregate> Member for A {}

impl<A: Aggregate> Unsaved for &mut A {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        vec![&mut **self]
    }
}

impl<A: Aggregate> Unsaved for &mut [A] {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        each(self)
    }
}

impl<A: Aggregate> Unsaved for &mut Vec<A> {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        each(self)
    }
}

impl<A: Aggregate, const N: usize> Unsaved for &mut [A; N] {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        each(*self)
    }
}

fn each<A: Aggregate>(aggregates: &mut [A]) -> Vec<&mut dyn Member> {
    aggregates.iter_mut().map(|aggregate| -> &mut dyn Member { aggregate }).collect()
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Unsaved),*> Unsaved for ($($name,)*) {
            fn members(&mut self) -> Vec<&mut dyn Member> {
                #[expect(non_snake_case, reason = "a type's name names its value")]
                let ($($name,)*) = self;
                let mut members = Vec::new();
                $(members.extend($name.members());)*
                members
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);

/// Stores the pending events of all of them, or of none, and returns the position of the last.
pub(crate) async fn save(
    store: &dyn EventStore,
    options: &CommitOptions,
    unknown: Unknown,
    mut unsaved: impl Unsaved,
) -> Result<Position, SaveError> {
    let mut members = unsaved.members();
    let pending = members.iter().filter(|member| member.has_pending()).count();
    if pending == 0 {
        return Ok(members.iter().map(|member| member.position()).max().unwrap_or(0));
    }
    let mut commit = match options.id {
        Some(id) => Commit::with_id(id),
        None => Commit::made(same_attempt(&members, pending).unwrap_or_else(CommitId::new)),
    };
    if let Some(metadata) = &options.metadata {
        let json = codec::encode_metadata(metadata).map_err(|source| EncodeError::Metadata { source })?;
        commit.set_metadata(&json)?;
    }
    for member in &mut members {
        member.stage(&mut commit)?;
    }
    // Noted before the store is asked: whether the answer is lost or the caller gives up waiting, saving the same again
    // is the same commit.
    let mut place = 0;
    for member in &mut members {
        member.attempted(commit.id(), pending, place);
        place += usize::from(member.has_pending());
    }
    let committed = store.commit(commit).await?;
    if committed.repeated && options.id.is_some() {
        reload(store, unknown, &mut members, &committed).await.map_err(SaveError::Reload)?;
    } else {
        let mut position = committed.first - 1;
        for member in &mut members {
            position = member.stored(position);
        }
    }
    Ok(committed.last)
}

/// Makes the aggregates what was stored under an id that was used before: all of them, or none. One that is new is the one that was
/// created then, in its place.
async fn reload(
    store: &dyn EventStore,
    unknown: Unknown,
    members: &mut [&mut dyn Member],
    first: &Committed,
) -> Result<(), LoadError> {
    let known: Vec<StreamId> = members.iter().filter(|member| !member.is_new()).map(|member| member.stream()).collect();
    let mut created = streams(store, first).await?.into_iter().filter(|stream| !known.contains(stream));
    let mut loaded = Vec::new();
    for member in &mut *members {
        let stream = if member.is_new() { created.next() } else { None };
        loaded.push(member.load(store, stream, unknown).await?);
    }
    for (member, loaded) in members.iter_mut().zip(loaded) {
        member.replace(loaded);
    }
    Ok(())
}

/// The streams of a commit, in their order.
async fn streams(store: &dyn EventStore, committed: &Committed) -> Result<Vec<StreamId>, LoadError> {
    let mut streams: Vec<StreamId> = Vec::new();
    let mut after = committed.first - 1;
    loop {
        let mut visit = |event: StoredEvent<'_>| {
            if event.position > committed.last {
                return ControlFlow::Break(());
            }
            if streams.last() != Some(event.stream) {
                streams.push(event.stream.clone());
            }
            ControlFlow::Continue(())
        };
        let page = store.read_log(LogRead::after(after), &mut visit).await?;
        after = page.reached;
        if !page.more || after >= committed.last {
            return Ok(streams);
        }
    }
}

/// Adds a snapshot of what an aggregate will be, if one is due. Without one its events are stored all the same.
fn stage_snapshot<A: Aggregate>(snapshots: &Snapshots<A>, aggregate: &A, commit: &mut Commit) {
    let root = aggregate.root();
    let is_wanted = root.lacks_snapshot() && snapshots.every.is_some();
    let is_due = is_wanted || is_due(snapshots, root.stored().version, root.version());
    if !is_due || root.is_discarded() || root.has_passed_over() {
        return;
    }
    let Some(event) = commit.last_event().map(|event| event_checksum(event.name, event.schema_version, event.payload))
    else {
        return;
    };
    match snapshot::cut(snapshots, aggregate, event) {
        Ok(cut) => commit.snapshot(cut),
        Err(error) => snapshot::not_taken(&stream_of(aggregate.id()), root.version(), &*error),
    }
}

/// The id under which exactly these events were sent before, in this order.
fn same_attempt(members: &[&mut dyn Member], pending: usize) -> Option<CommitId> {
    let members = members.iter().filter(|member| member.has_pending());
    let mut attempts = members.enumerate().map(|(place, member)| member.attempt(pending, place));
    let first = attempts.next()?;
    first.filter(|_| attempts.all(|attempt| attempt == first))
}

mod sealed {
    use std::any::Any;

    use crate::error::{LoadError, SaveError};
    use crate::event::Unknown;
    use crate::store::{BoxFuture, Commit, EventStore};
    use crate::stream::{CommitId, Position, StreamId};

    pub trait Sealed: Send {
        fn stream(&self) -> StreamId;
        fn is_new(&self) -> bool;
        fn has_pending(&self) -> bool;
        fn position(&self) -> Position;
        fn attempt(&self, members: usize, place: usize) -> Option<CommitId>;
        fn attempted(&mut self, commit: CommitId, members: usize, place: usize);
        /// Adds the pending events to a commit. Without any, the version alone: what was decided with an aggregate in
        /// hand holds only if it was not changed meanwhile.
        fn stage(&self, commit: &mut Commit) -> Result<(), SaveError>;
        /// Drains the events, which were stored after this position, and returns the position of the last.
        fn stored(&mut self, after: Position) -> Position;
        /// Loads the aggregate of this stream if it is of the same kind, and else this one again.
        fn load<'a>(
            &'a self,
            store: &'a dyn EventStore,
            stream: Option<StreamId>,
            unknown: Unknown,
        ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, LoadError>>;
        fn replace(&mut self, loaded: Box<dyn Any + Send>);
    }
}

impl<A: Aggregate> sealed::Sealed for A {
    fn stream(&self) -> StreamId {
        stream_of(self.id())
    }

    fn is_new(&self) -> bool {
        self.root().stored().version == 0
    }

    fn has_pending(&self) -> bool {
        self.root().has_pending()
    }

    fn position(&self) -> Position {
        self.root().stored().position
    }

    fn attempt(&self, members: usize, place: usize) -> Option<CommitId> {
        self.root().attempt(members, place)
    }

    fn attempted(&mut self, commit: CommitId, members: usize, place: usize) {
        self.root_mut().attempted(commit, members, place);
    }

    fn stage(&self, commit: &mut Commit) -> Result<(), SaveError> {
        let (root, stream) = (self.root(), self.stream());
        if root.is_recorded_after_discard() {
            return Err(SaveError::Discarded { stream });
        }
        let mut append = commit.append(stream, root.stored().version)?;
        append.reserve(root.pending().len());
        for event in root.pending() {
            let kind = event.kind();
            append = append.event_with(kind.name().into(), kind.schema_version(), |payloads| {
                codec::encode(event, payloads).map_err(SaveError::from)
            })?;
        }
        if let Some(snapshots) = &A::SNAPSHOTS {
            stage_snapshot(snapshots, self, commit);
        }
        Ok(())
    }

    fn stored(&mut self, after: Position) -> Position {
        let root = self.root_mut();
        let events = root.version() - root.stored().version;
        if events == 0 {
            return after;
        }
        root.drain(Stored { version: root.version(), position: after + events });
        after + events
    }

    fn load<'a>(
        &'a self,
        store: &'a dyn EventStore,
        stream: Option<StreamId>,
        unknown: Unknown,
    ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, LoadError>> {
        Box::pin(async move {
            let same_kind = stream.filter(|stream| stream.aggregate() == A::NAME);
            let id = same_kind.map_or(self.id(), |stream| Id::from(stream.id()));
            let loaded: Option<A> = load(store, id, Version::MAX, unknown).await?;
            let loaded = loaded.ok_or_else(|| LoadError::NotFound { stream: stream_of(id) })?;
            Ok(Box::new(loaded) as Box<dyn Any + Send>)
        })
    }

    fn replace(&mut self, loaded: Box<dyn Any + Send>) {
        if let Ok(loaded) = loaded.downcast() {
            *self = *loaded;
        }
    }
}
