//! Loading, deciding, saving, retrying: [`Repository`], and what its methods take and give.

mod aggregate_schema;
mod begin;
mod claims;
mod command_output;
mod commit_set;
mod fingerprint;
mod fold;
pub(crate) mod from_store;
mod get_or_create;
#[cfg(feature = "testing")]
pub(crate) mod golden;
mod ids;
mod import;
mod load;
mod member;
mod note;
mod options;
mod past;
mod pipeline;
mod repetition;
mod retry;
mod same_name;
mod save;
mod settle;
mod snapshots;
mod stored_commit;
mod subscribe;
mod tries;
mod update;
mod update_async;
mod update_set;
mod update_several;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

pub use self::aggregate_schema::AggregateSchema;
pub(crate) use self::claims::Changes;
pub use self::claims::{ClaimReport, Duplicate};
pub use self::command_output::CommandOutput;
pub use self::commit_set::CommitSet;
pub(crate) use self::fold::{load, load_from_events};
pub use self::ids::{IdReader, IdStream};
pub use self::import::Imported;
pub(crate) use self::import::import;
pub(crate) use self::load::get;
#[doc(hidden)] // Only its implementors matter: every aggregate.
pub use self::member::Member;
pub(crate) use self::member::sealed::Sealed as AsMember;
pub(crate) use self::note::Note;
pub use self::options::CommitOptions;
pub(crate) use self::pipeline::wait_for_sent;
pub use self::retry::ErrorChain;
pub(crate) use self::retry::retry;
pub(crate) use self::save::{Saved, save, send};
pub(crate) use self::stored_commit::find_position;
pub(crate) use self::tries::{DEADLINE, Sent, Tries};
pub use self::update_set::{Optional, UpdateSet};
pub(crate) use self::update_several::{turns, update_several, update_several_with};
use crate::aggregate::{Aggregate, ReplayCheck, assert_of_user, differ, show};
use crate::error::SaveError;
use crate::event::{Event, Metadata};
use crate::log::{self, LogReader, LogSource, OnUnknown};
use crate::store::{EventStore, into_handle};
use crate::stream::Position;

/// Keeps aggregates of one type in a store.
///
/// A clone is another handle on the same repository and costs a reference count.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate, Debug)] struct Example { root: Root<Self>, foo: String }
/// # #[events] impl Example {
/// #     #[event(Created)] pub fn create(foo: &str) -> Self { Self { root: Root::new(), foo: foo.to_owned() } }
/// #     #[event(Changed)] pub fn change(&mut self, foo: &str) { self.foo = foo.to_owned(); }
/// # }
/// # pollster::block_on(async {
/// let examples = Repository::<Example>::new(MemoryStore::new());
///
/// let mut example = Example::create("bar");
/// examples.save(&mut example).await?;
/// examples.update(example.id(), |example| example.change("baz")).await?;
/// assert_eq!(examples.get(example.id()).await?.foo, "baz");
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct Repository<A> {
    store: Arc<dyn EventStore>,
    options: CommitOptions,
    deadline: Duration,
    /// Whether its callers wait on their own threads, and may work there.
    is_blocking: bool,
    on_unknown: OnUnknown,
    check: Option<fn(&A, &A)>,
    aggregate: PhantomData<fn() -> A>,
}

impl<A: Aggregate> Repository<A> {
    /// The aggregates of type `A` in this store. A clone of a store, or an `Arc<dyn EventStore>`, is another handle on it.
    ///
    /// # Panics
    ///
    /// When another aggregate is kept under the same [`NAME`](Aggregate::NAME) by a repository over the same store, so that each would be read as
    /// the other: another instance of one generic aggregate, or one of which neither reads all events of the other. Two releases of one
    /// aggregate, of which the later reads what the earlier stores, are no such two.
    #[track_caller]
    pub fn new(store: impl EventStore) -> Self {
        const { assert_of_user(A::NAME) };
        let store = into_handle(store);
        same_name::note::<A>(&store);
        let options = CommitOptions::new();
        Self {
            store,
            options,
            deadline: DEADLINE,
            is_blocking: false,
            on_unknown: OnUnknown::Error,
            check: None,
            aggregate: PhantomData,
        }
    }

    /// The same repository over a store whose calls work on the caller's own thread.
    pub(crate) fn blocking_on(&self, store: Arc<dyn EventStore>) -> Self {
        Self { store, is_blocking: true, ..self.clone() }
    }

    /// The store that it keeps its aggregates in.
    #[must_use]
    pub const fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// The same repository, which says this about whatever it saves.
    #[must_use]
    pub fn with_metadata(&self, metadata: Metadata) -> Self {
        Self { options: metadata.into(), ..self.clone() }
    }

    /// The same repository, whose `update` begins no further try when this time has passed (10 s unless set). There is always one, also without any
    /// time.
    #[must_use]
    pub fn deadline(&self, deadline: Duration) -> Self {
        Self { deadline, ..self.clone() }
    }

    /// The same repository, which does this with stored events that it does not know: for a rolling deploy.
    ///
    /// An aggregate that was read past such events is not what all of its events make it. It can be saved; decide whether what it then
    /// decides can rest on less. Under [`OnUnknown::Keep`] its [`Root::unknown`](crate::Root::unknown) has them.
    #[must_use]
    pub fn on_unknown(&self, on_unknown: OnUnknown) -> Self {
        Self { on_unknown, ..self.clone() }
    }

    /// Reads the events of all its aggregates in the order of the commits, from the first on; events that it does not know are what they are
    /// to the repository.
    #[must_use]
    pub fn log(&self) -> LogReader<A::Event> {
        LogReader::new(Arc::clone(self.store()), Self::log_source(), self.on_unknown)
    }

    fn log_source() -> LogSource<A::Event> {
        LogSource {
            aggregates: &[A::NAME],
            own_streams: || AggregateSchema::of::<A>().own_streams().collect(),
            kinds: || vec![A::Event::KINDS],
            decode: log::decode_each,
            read: |stored, on_unknown, events| log::read_into(stored, A::NAME, on_unknown, Some, events),
        }
    }

    /// Saves the pending events of an aggregate, at the version that it was loaded at, and returns the position of its
    /// last event.
    ///
    /// On success they are pending no longer. With nothing pending, the store is not asked: the position is that of the last event as it was
    /// loaded or saved, also if that was in another store, where one with pending events is a conflict.
    ///
    /// # Errors
    ///
    /// By [`SaveError`]. Whatever the reason, the pending events are kept, and nothing was stored unless the store says
    /// that the outcome is not known. After an unknown outcome, save the same aggregate again, also with more recorded since: the events that
    /// were sent before are settled first, under the id and with the metadata that they were sent with, and what was recorded since is then
    /// saved in a commit of its own. Events that are settled so are stored whatever becomes of the rest.
    ///
    /// # Panics
    ///
    /// In builds with debug assertions if the aggregate is not what its events make it, as far as its
    /// [`REPLAY_CHECK`](Aggregate::REPLAY_CHECK) tells; nothing was stored. In others, only a repository made by
    /// [`check_replay`](Self::check_replay) does.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has stored all of the pending events or none, and keeps them pending.
    /// Saving the same aggregate again stores nothing twice, also with more recorded since, as after an unknown outcome.
    pub async fn save(&self, aggregate: &mut A) -> Result<Position, SaveError> {
        self.save_with(CommitOptions::new(), aggregate).await
    }

    /// Saves under a commit id or metadata of the caller's; metadata given here stands for that of the repository.
    ///
    /// With a [`CommitId`](crate::CommitId) that was used before, nothing is stored, the position of the first commit is
    /// returned (that of its last event, which is the claim where a [unique](crate::unique) value was taken), and the aggregate is loaded again, so that it is what was stored and not what was decided twice. One that was to be
    /// created is then the one that was created the first time, if it was created with the same events.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save); also [`SaveError::Reload`] if an aggregate that was saved before cannot be loaded again, and
    /// [`SaveError::OtherCommit`] if the id is that of a commit of another aggregate, [`SaveError::OtherFingerprint`] if it stands for something else: nothing of this one is stored, and its events stay
    /// pending. An aggregate whose creating event differs each time (a new id or the time in it) is another one, unless its own id is
    /// made from the request, as by [`Root::named`](crate::Root::named).
    ///
    /// # Panics
    ///
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    ///
    /// As [`save`](Self::save).
    pub async fn save_with(&self, options: impl Into<CommitOptions>, aggregate: &mut A) -> Result<Position, SaveError> {
        let options = options.into().or(&self.options);
        let position = save(&*self.store, &options, self.on_unknown, &mut *aggregate).await?;
        self.check_saved(aggregate).await?;
        Ok(position)
    }

    /// Compares what was saved with what is loaded, if that is asked for.
    async fn check_saved(&self, aggregate: &A) -> Result<(), SaveError> {
        match self.check {
            Some(check) => Box::pin(self.compare(aggregate, check)).await,
            None => Ok(()),
        }
    }

    async fn compare(&self, aggregate: &A, check: fn(&A, &A)) -> Result<(), SaveError> {
        let (id, version) = (aggregate.id(), aggregate.version());
        let replayed = load_from_events(&*self.store, id, version, self.on_unknown).await.map_err(SaveError::Reload)?;
        let from_snapshot = match A::SNAPSHOTS {
            Some(_) => load(&*self.store, id, version, self.on_unknown).await.map_err(SaveError::Reload)?,
            None => None,
        };
        // Also if it was discarded by what was saved; with no event at all there is nothing to compare.
        for replayed in [replayed, from_snapshot].iter().flatten() {
            check(aggregate, replayed);
        }
        Ok(())
    }
}

impl<A: Aggregate + PartialEq + fmt::Debug> Repository<A> {
    /// The same repository, which loads each aggregate again after saving it and panics if it is not the same, in any build: for
    /// tests, to find state that was changed other than by an event, as each save does in builds with debug assertions, and what does not come back
    /// from the store. With snapshots, it is loaded from the events alone and from the latest
    /// snapshot on, and both must be the same.
    ///
    /// # Panics
    ///
    /// Not itself: [`save`](Self::save) and the others that save do, when what is loaded is not what was saved.
    #[must_use]
    pub fn check_replay(&self) -> Self {
        let check = |saved: &A, replayed: &A| {
            ReplayCheck::of(Some(differ), Some(show), None).assert_same(A::NAME, saved, replayed);
        };
        Self { check: Some(check), ..self.clone() }
    }
}

impl<A> Clone for Repository<A> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            options: self.options.clone(),
            deadline: self.deadline,
            is_blocking: self.is_blocking,
            on_unknown: self.on_unknown,
            check: self.check,
            aggregate: PhantomData,
        }
    }
}

impl<A> fmt::Debug for Repository<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository").field("store", &self.store).finish_non_exhaustive()
    }
}
