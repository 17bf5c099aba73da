//! One commit of one or several aggregates.

use crate::aggregate::root::Stored;
use crate::aggregate::{Aggregate, stream_of};
use crate::codec;
use crate::error::{EncodeError, LoadError, SaveError};
use crate::event::Event;
use crate::repository::{CommitOptions, load::load};
use crate::store::{BoxFuture, Commit, EventStore};
use crate::stream::{CommitId, Position, Version};

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
        self.iter_mut().map(|aggregate| -> &mut dyn Member { aggregate }).collect()
    }
}

impl<A: Aggregate> Unsaved for &mut Vec<A> {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        self.iter_mut().map(|aggregate| -> &mut dyn Member { aggregate }).collect()
    }
}

impl<A: Aggregate, const N: usize> Unsaved for &mut [A; N] {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        self.iter_mut().map(|aggregate| -> &mut dyn Member { aggregate }).collect()
    }
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
    for member in &mut members {
        member.attempted(commit.id(), pending);
    }
    let committed = store.commit(commit).await?;
    if committed.repeated && options.id.is_some() {
        for member in &mut members {
            member.reload(store).await.map_err(SaveError::Reload)?;
        }
    } else {
        let mut position = committed.first - 1;
        for member in &mut members {
            position = member.stored(position);
        }
    }
    Ok(committed.last)
}

/// The id under which exactly these events were sent before.
fn same_attempt(members: &[&mut dyn Member], pending: usize) -> Option<CommitId> {
    let mut attempts = members.iter().filter(|member| member.has_pending()).map(|member| member.attempt());
    let first = attempts.next()?;
    let (commit, members) = first?;
    (members == pending && attempts.all(|attempt| attempt == first)).then_some(commit)
}

mod sealed {
    use crate::error::{LoadError, SaveError};
    use crate::store::{BoxFuture, Commit, EventStore};
    use crate::stream::{CommitId, Position};

    pub trait Sealed: Send {
        fn has_pending(&self) -> bool;
        fn position(&self) -> Position;
        fn attempt(&self) -> Option<(CommitId, usize)>;
        fn attempted(&mut self, commit: CommitId, members: usize);
        /// Adds the pending events to a commit. Without any, the version alone: what was decided with an aggregate in
        /// hand holds only if it was not changed meanwhile.
        fn stage(&self, commit: &mut Commit) -> Result<(), SaveError>;
        /// Drains the events, which were stored after this position, and returns the position of the last.
        fn stored(&mut self, after: Position) -> Position;
        fn reload<'a>(&'a mut self, store: &'a dyn EventStore) -> BoxFuture<'a, Result<(), LoadError>>;
    }
}

impl<A: Aggregate> sealed::Sealed for A {
    fn has_pending(&self) -> bool {
        self.root().has_pending()
    }

    fn position(&self) -> Position {
        self.root().stored().position
    }

    fn attempt(&self) -> Option<(CommitId, usize)> {
        self.root().attempt()
    }

    fn attempted(&mut self, commit: CommitId, members: usize) {
        self.root_mut().attempted(commit, members);
    }

    fn stage(&self, commit: &mut Commit) -> Result<(), SaveError> {
        let (root, stream) = (self.root(), stream_of(self.id()));
        if root.is_recorded_after_discard() {
            return Err(SaveError::Discarded { stream });
        }
        let mut append = commit.append(stream, root.stored().version)?;
        for event in root.pending() {
            let kind = event.kind();
            append = append.event_with(kind.name().into(), kind.schema_version(), |payloads| {
                codec::encode(event, payloads).map_err(SaveError::from)
            })?;
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

    fn reload<'a>(&'a mut self, store: &'a dyn EventStore) -> BoxFuture<'a, Result<(), LoadError>> {
        Box::pin(async move {
            let id = self.id();
            let stored = load(store, id, Version::MAX).await?;
            *self = stored.ok_or_else(|| LoadError::NotFound { stream: stream_of(id) })?;
            Ok(())
        })
    }
}
