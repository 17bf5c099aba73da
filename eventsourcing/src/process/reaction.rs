//! What a handler does beside recording events of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use crate::aggregate::{Aggregate, Id, Mark, stream_of};
use crate::error::{LoadError, ReactionFault, SaveError, UpdateError};
use crate::log::OnUnknown;
use crate::process::members::Members;
use crate::repository::from_store::FromStore;
use crate::repository::{CommandOutput, get};
use crate::store::EventStore;
use crate::stream::StreamId;

/// What a handler does beside recording events of its own: all of it is stored in one commit with those, or not at all.
///
/// A handler runs again when another commit was first, each time with a new reaction, and on what is stored then.
pub struct Reaction<'a, App> {
    app: &'a App,
    store: &'a dyn EventStore,
    own: StreamId,
    key: String,
    now: SystemTime,
    due: Option<SystemTime>,
    known_timers: &'static [&'static str],
    pub(super) members: Members,
    pub(super) timers: BTreeMap<String, Option<SystemTime>>,
    /// The first thing that went wrong and that a handler may not have noticed.
    pub(super) fault: Option<ReactionFault>,
}

/// What a reaction is made for.
pub(super) struct About {
    pub(super) own: StreamId,
    pub(super) key: String,
    pub(super) now: SystemTime,
    pub(super) due: Option<SystemTime>,
    pub(super) known_timers: &'static [&'static str],
}

impl<'a, App: FromStore> Reaction<'a, App> {
    pub(super) fn new(app: &'a App, store: &'a dyn EventStore, about: About) -> Self {
        let About { own, key, now, due, known_timers } = about;
        let (members, timers) = (Members::default(), BTreeMap::new());
        Self { app, store, own, key, now, due, known_timers, members, timers, fault: None }
    }

    /// Loads an aggregate and runs a command on it, whose events are stored with the reaction. Of an aggregate that the reaction has already it is the
    /// same one, with what was recorded on it.
    ///
    /// # Errors
    ///
    /// [`UpdateError::Rejected`] with the command's own error, [`UpdateError::Load`] if the aggregate cannot be loaded, and [`UpdateError::Save`] if
    /// it is the instance itself, which changes by its own events, or another one was left in its place. A command that has recorded events and
    /// refuses then is a fault of the reaction, whatever the handler makes of the error.
    ///
    /// # Cancel safety
    ///
    /// Nothing is stored before the handler has ended.
    pub fn update<A: Aggregate, R: CommandOutput>(
        &mut self,
        id: Id<A>,
        command: impl FnOnce(&mut A) -> R,
    ) -> impl Future<Output = Result<R::Value, UpdateError<R::Error>>> {
        const { assert!(keeps(App::AGGREGATES, A::NAME), "{}", NOT_KEPT) };
        self.update_kept(id, command)
    }

    async fn update_kept<A: Aggregate, R: CommandOutput>(
        &mut self,
        id: Id<A>,
        command: impl FnOnce(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        let stream = stream_of(id);
        if stream == self.own {
            return Err(UpdateError::Save(SaveError::Duplicate { stream }));
        }
        self.load::<A>(id).await.map_err(UpdateError::Load)?;
        let mark = Mark::new();
        let Some(aggregate) = self.members.lend::<A>(&stream, mark) else {
            return Err(UpdateError::Load(LoadError::NotFound { stream }));
        };
        let before = aggregate.version();
        let result = command(aggregate).into_result();
        let after = aggregate.version();
        if !self.members.is_lent(&stream, mark) {
            let returned = Box::new(stream.clone());
            return Err(UpdateError::Save(SaveError::OtherAggregate { stream, returned }));
        }
        if result.is_err() && after != before {
            self.fail(ReactionFault::RecordedAndRefused { stream });
        }
        result.map_err(UpdateError::Rejected)
    }

    /// An aggregate as it is stored, with what the reaction has recorded on it. That it is still at this version is checked when the reaction is stored: what
    /// was decided with it in hand holds only if it was not changed meanwhile.
    ///
    /// # Errors
    ///
    /// By [`LoadError`]; [`LoadError::NotFound`] if it was never saved, or was discarded.
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn get<A: Aggregate>(&mut self, id: Id<A>) -> impl Future<Output = Result<&A, LoadError>> {
        const { assert!(keeps(App::AGGREGATES, A::NAME), "{}", NOT_KEPT) };
        self.get_kept(id)
    }

    async fn get_kept<A: Aggregate>(&mut self, id: Id<A>) -> Result<&A, LoadError> {
        self.load::<A>(id).await?;
        let stream = stream_of(id);
        self.members.get::<A>(&stream).ok_or(LoadError::NotFound { stream })
    }

    /// The same, where there may be none: that there is still none is checked then.
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn find<A: Aggregate>(&mut self, id: Id<A>) -> impl Future<Output = Result<Option<&A>, LoadError>> {
        const { assert!(keeps(App::AGGREGATES, A::NAME), "{}", NOT_KEPT) };
        self.find_kept(id)
    }

    async fn find_kept<A: Aggregate>(&mut self, id: Id<A>) -> Result<Option<&A>, LoadError> {
        match self.load::<A>(id).await {
            Ok(()) => Ok(self.members.get::<A>(&stream_of(id))),
            Err(LoadError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An aggregate as it is stored, without checking later whether it was changed: for what does not decide anything, such as a name in a message.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub async fn peek<A: Aggregate>(&mut self, id: Id<A>) -> Result<A, LoadError> {
        self.members.read(get(self.store, id, OnUnknown::Error)).await
    }

    /// Stores the events that were recorded on a new aggregate with the reaction.
    ///
    /// # Errors
    ///
    /// [`SaveError::Duplicate`] if the reaction has one of this id already, or it is the instance itself.
    pub fn create<A: Aggregate>(&mut self, aggregate: A) -> Result<Id<A>, SaveError> {
        const { assert!(keeps(App::AGGREGATES, A::NAME), "{}", NOT_KEPT) };
        self.save_kept(aggregate)
    }

    /// Stores the events that were recorded on an aggregate with the reaction: one that was loaded by a repository, say.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn save<A: Aggregate>(&mut self, aggregate: A) -> Result<Id<A>, SaveError> {
        const { assert!(keeps(App::AGGREGATES, A::NAME), "{}", NOT_KEPT) };
        self.save_kept(aggregate)
    }

    fn save_kept<A: Aggregate>(&mut self, aggregate: A) -> Result<Id<A>, SaveError> {
        let (id, stream) = (aggregate.id(), stream_of(aggregate.id()));
        if stream == self.own {
            return Err(SaveError::Duplicate { stream });
        }
        self.members.add(aggregate).map(|()| id)
    }

    async fn load<A: Aggregate>(&mut self, id: Id<A>) -> Result<(), LoadError> {
        self.members.load(self.store, id).await
    }
}

impl<'a, App> Reaction<'a, App> {
    /// The application that was given by [`with_process_of`](crate::Views::with_process_of), or else one that was made of the store by `new`: not tied to the
    /// borrow of the reaction.
    #[must_use]
    pub const fn app(&self) -> &'a App {
        self.app
    }

    /// The idempotency key: the same whenever this delivery is made, and that of no other. Send it along to what is outside, where a reaction may
    /// do the same more than once.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What time it is by the clock of the runner, which may have been set back since a timer was due; [`At::recorded_at`](crate::view::At::recorded_at) is that of the event.
    #[must_use]
    pub const fn now(&self) -> SystemTime {
        self.now
    }

    /// When the timer was due that has fired: long ago, if no runner had the process then. `None` in the handler of an event. A timer that sets itself again at a
    /// time after this fires as often as with a runner that never stopped.
    #[must_use]
    pub const fn due(&self) -> Option<SystemTime> {
        self.due
    }

    /// Has the `#[timer]` handler of this name run once at a time, or as soon as a runner is there after it. One that is set under the same name is
    /// moved. Times are kept in microseconds.
    ///
    /// A name without a handler is a fault of the reaction.
    pub fn timer(&mut self, name: impl AsRef<str>, due: SystemTime) {
        self.change_timer(name.as_ref(), Some(due));
    }

    /// Has the timer of this name not run, if it is set. A name without a handler is a fault of the reaction.
    pub fn cancel(&mut self, name: impl AsRef<str>) {
        self.change_timer(name.as_ref(), None);
    }

    fn change_timer(&mut self, name: &str, due: Option<SystemTime>) {
        if !self.known_timers.contains(&name) {
            self.fail(ReactionFault::UnknownTimer { timer: name.to_owned(), known: self.known_timers });
        }
        self.timers.insert(name.to_owned(), due);
    }

    pub(super) fn fail(&mut self, fault: ReactionFault) {
        self.fault.get_or_insert(fault);
    }
}

impl<App> fmt::Debug for Reaction<'_, App> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Reaction");
        shown.field("instance", &self.own).field("key", &self.key).field("timers", &self.timers).finish_non_exhaustive()
    }
}

/// Why a reaction to whose application an aggregate does not belong does not compile.
pub(super) const NOT_KEPT: &str =
    "the application of the process keeps no such aggregates: add a field to it, a `Repository<..>` of them";

/// Whether a name is among those of the aggregates of an application.
#[expect(clippy::indexing_slicing, reason = "`const` has no iterators; the compiler runs this")]
pub(super) const fn keeps(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_same(names[at].as_bytes(), name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

#[expect(clippy::indexing_slicing, reason = "`const` has no iterators; the compiler runs this")]
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}
