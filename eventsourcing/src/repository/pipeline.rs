//! Updates of one aggregate, one decided on the other.
//!
//! **The life of an update.**
//! 1. It takes a place in the queue of its aggregate (`store::turns`), and waits for its turn.
//! 2. It takes the state that was handed on with the turn. If there is none, it loads; where commits may be on their way, a **barrier** goes before
//!    that: an empty commit, which is answered when all that was sent before it is.
//! 3. The command runs. What it recorded becomes a commit, which expects the version of the state. If the commit that made the state
//!    is not answered yet, this one comes after that (`Commit::follow`).
//! 4. The commit is put in the store's queue, by polling it once, and then the turn is handed on, with the state that it will make. The next
//!    decides while this one is synced; they share the next sync.
//! 5. The answer comes. What was refused, or recorded nothing, is an answer too, and rests on the commit before as any other: it is given
//!    when that one is stored.
//!
//! | what went wrong | then |
//! |---|---|
//! | another writer was first | this one and those decided on it are not stored; each decides again, the first of them after a load |
//! | the commit before is not stored | the same |
//! | the outcome is not known | the same events are sent again under the same id; those decided on them decide again |
//! | the store failed | its error comes back; those decided on it decide again |
//! | a future is dropped, a command panics | the turn goes on without a state: the next loads |
//! | a future holds the turn and is not polled | after 50 ms the others load, decide and send without it (`plain`) |
//! | the time is spent | one last plain try, with the turn |
//!
//! One that changes what its aggregate holds of unique values (`claims`) is not handed on before it is answered: it waits until the commits before are,
//! and is then sent as a plain one.
//!
//! **Plain** updates load what is stored, and hold the turn until they are answered: those under a given id, of several aggregates, of a
//! repository that checks the replay, and all over a store that keeps no order. They come in the same queue, so that none starves.
//!
//! A caller that blocks, and that no other waits for, commits on its own thread, as a plain update does.

mod in_flight;
mod pipelined;
mod plain;
mod state;

use self::state::State;
pub(crate) use self::state::wait_for_sent;
pub(super) use self::state::{get_in_turn, hand_on};
use crate::aggregate::{Aggregate, Id, Mark, access, stream_of};
use crate::error::{Conflict, SaveError, UpdateError};
use crate::repository::member::sealed::Sealed as _;
use crate::repository::stored_commit::find_same_commit;
use crate::repository::tries::Tries;
use crate::repository::{CommandOutput, CommitOptions, Repository};
use crate::store::{Committed, EventStore, take_place};
use crate::stream::Version;

/// How deciding ended.
pub(super) struct Ended<V, E> {
    pub(super) result: Result<V, UpdateError<E>>,
    pub(super) stored: StoredPart,
}

/// What is stored of what was decided.
pub(super) enum StoredPart {
    /// All, or the result says why not.
    Now,
    /// There was nothing to store. Under a given id that may be so because it was stored before.
    Nothing,
    /// Nothing, because a commit under the given id was stored before.
    Before(Committed),
}

/// What is to be done.
struct Update<'u, A, C> {
    options: &'u CommitOptions,
    id: Id<A>,
    expected: Option<Version>,
    command: &'u mut C,
    tries: Tries,
}

/// How one try ended.
enum Step<V, E> {
    Ended(Ended<V, E>),
    /// It is to be decided again.
    Again,
}

impl<A: Aggregate> Repository<A> {
    /// Loads or is handed an aggregate, decides and saves, again and again until it is saved or the time is spent.
    pub(super) async fn decide<R: CommandOutput>(
        &self,
        options: &CommitOptions,
        id: Id<A>,
        expected: Option<Version>,
        command: &mut impl FnMut(&mut A) -> R,
    ) -> Ended<R::Value, R::Error> {
        let mut update = Update { options, id, expected, command, tries: Tries::new(self.deadline) };
        let is_plain = options.id.is_some() || self.check.is_some() || self.store().turns().is_none();
        loop {
            let mut place = take_place(&**self.store(), stream_of(id));
            let step = if !place.wait().await {
                drop(place);
                self.plain(&mut update, None).await
            } else if is_plain || !update.tries.is_left() {
                self.plain(&mut update, Some(place)).await
            } else {
                self.pipelined(&mut update, place).await
            };
            match step {
                Step::Ended(ended) => return ended,
                Step::Again => {}
            }
        }
    }
}

/// Marks an aggregate for a command that it is given to.
pub(super) fn lend<A: Aggregate>(aggregate: &mut A) -> Mark {
    let mark = Mark::new();
    aggregate.root_mut(access()).lend(mark);
    mark
}

/// What a command left is to be the aggregate that it was given, and not the same one from elsewhere.
pub(super) fn check_same<A: Aggregate>(id: Id<A>, mark: Mark, left: &A) -> Result<(), SaveError> {
    if left.id() == id && left.root().is_lent(mark) { Ok(()) } else { Err(other_aggregate(id, left)) }
}

#[cold]
pub(super) fn other_aggregate<A: Aggregate>(id: Id<A>, left: &A) -> SaveError {
    SaveError::OtherAggregate { stream: stream_of(id), returned: stream_of(left.id()).into() }
}

impl StoredPart {
    /// The commit that was stored before under the id of the caller's, if that is why nothing was stored now.
    pub(super) async fn find_first(
        self,
        store: &dyn EventStore,
        options: &CommitOptions,
    ) -> Result<Option<Committed>, SaveError> {
        match self {
            Self::Now => Ok(None),
            Self::Before(first) => Ok(Some(first)),
            Self::Nothing => find_same_commit(store, options).await,
        }
    }
}

impl<A: Aggregate, C> Update<'_, A, C> {
    /// Runs the command.
    fn run<R: CommandOutput>(&mut self, aggregate: &mut A) -> Result<R::Value, UpdateError<R::Error>>
    where
        C: FnMut(&mut A) -> R,
    {
        if let Some(expected) = self.expected.filter(|expected| *expected != aggregate.version()) {
            let conflict = Conflict::new(stream_of(self.id), expected, aggregate.version());
            return Err(UpdateError::WrongVersion(conflict));
        }
        let mark = lend(aggregate);
        let value = (self.command)(aggregate).into_result().map_err(UpdateError::Rejected)?;
        check_same(self.id, mark, aggregate).and_then(|()| aggregate.check_state()).map_err(UpdateError::Save)?;
        Ok(value)
    }

    /// The error when others were first and no time is left.
    fn spent<V, E>(&self, conflict: Conflict) -> Step<V, E> {
        let error = if self.expected.is_some() { UpdateError::WrongVersion } else { UpdateError::Conflict };
        Step::failed(error(conflict))
    }
}

impl<V, E> Step<V, E> {
    const fn done(value: V) -> Self {
        Self::Ended(Ended { result: Ok(value), stored: StoredPart::Now })
    }

    const fn failed(error: UpdateError<E>) -> Self {
        Self::Ended(Ended { result: Err(error), stored: StoredPart::Now })
    }
}
