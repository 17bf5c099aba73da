//! A try that decides on what the one before has decided, and lets the next do so before it is answered itself.

use std::future::poll_fn;
use std::task::Poll;

use crate::aggregate::Aggregate;
use crate::error::{CommitError, InvalidCommit, StoreErrorKind, UpdateError};
use crate::repository::begin::begin_commit;
use crate::repository::claims::are_changed;
use crate::repository::fold::load;
use crate::repository::member::sealed::Sealed;
use crate::repository::pipeline::in_flight::{InFlight, Unstored};
use crate::repository::pipeline::{State, Step, Update};
use crate::repository::{CommandOutput, Repository};
use crate::store::{Commit, Place, Receipt};
use crate::stream::{CommitId, Version};

/// What a command decided.
struct Decided<V> {
    value: V,
    recorded: Recorded,
}

/// What a command recorded.
enum Recorded {
    Nothing,
    Events(Commit),
    /// Events that change what the aggregate holds of unique values.
    OtherClaims,
}

impl<A: Aggregate> Repository<A> {
    pub(super) async fn pipelined<R: CommandOutput, C: FnMut(&mut A) -> R>(
        &self,
        update: &mut Update<'_, A, C>,
        mut place: Place<'_>,
    ) -> Step<R::Value, R::Error> {
        let mut state = match State::take_or_load(&**self.store(), &mut place, update.id, self.on_unknown).await {
            Ok(state) => state,
            Err(error) => return Step::failed(UpdateError::Load(error)),
        };
        let (version, check) = (state.aggregate.version(), state.is_handed.then(|| state.check()));
        // A command's error is not kept while something is waited for: it need not be `Send`.
        let decided = match update.run_and_stage(&mut state.aggregate) {
            Ok(decided) => Some(decided),
            Err(error) if !state.is_handed => {
                state.leave(place);
                return Step::failed(error);
            }
            Err(_) => None,
        };
        let (value, answered) = match decided {
            Some(Decided { value, recorded: Recorded::OtherClaims }) => {
                // Boxed, because it is rare and large.
                return Box::pin(self.claim_in_turn(update, check, place, state, value)).await;
            }
            Some(Decided { value, recorded: Recorded::Events(commit) }) => {
                (Some(value), self.send(update, place, state, commit).await)
            }
            Some(Decided { value, recorded: Recorded::Nothing }) => {
                (Some(value), self.wait_for(check, place, state).await)
            }
            None => (None, self.wait_for(check, place, state).await),
        };
        match (answered, value) {
            (Ok(()), Some(value)) => Step::done(value),
            (Ok(()), None) => self.refuse(update, version).await,
            (Err(Unstored::Again), _) => Step::Again,
            (Err(Unstored::Spent(conflict)), _) => update.spent(conflict),
            (Err(Unstored::Failed(error)), _) => Step::failed(UpdateError::Save(error)),
        }
    }

    /// Puts a commit in the store's queue, hands the turn on, and waits for the answer.
    async fn send<C>(
        &self,
        update: &mut Update<'_, A, C>,
        mut place: Place<'_>,
        mut state: State<A>,
        mut commit: Commit,
    ) -> Result<(), Unstored> {
        let after = state.after.take();
        if let Some(after) = &after {
            commit.follow(after.clone());
        }
        let is_first = after.as_ref().is_none_or(Receipt::is_stored);
        // Then the thread of a caller that blocks commits on its own.
        let is_alone = self.is_blocking && is_first && !place.is_awaited();
        let receipt = (!is_alone).then(|| commit.receipt());
        let in_flight = InFlight::take(&mut state.aggregate, &commit, after, receipt.clone());
        let mut answer = self.store().commit(commit);
        let polled = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        let outcome = match polled {
            Poll::Pending => {
                place.sent();
                match receipt {
                    Some(receipt) => {
                        state.after = Some(receipt);
                        state.hand_on(&mut place);
                    }
                    // A store whose futures wait for callers that block, too. Nothing can follow this commit: the next loads, after it.
                    None => place.release(),
                }
                answer.await
            }
            Poll::Ready(outcome) => {
                if outcome.is_ok() {
                    state.leave(place);
                    return Ok(());
                }
                outcome
            }
        };
        let Err(error) = outcome else { return Ok(()) };
        place.fail();
        drop(place);
        match error {
            CommitError::PrecedingNotStored => Err(Unstored::Again),
            CommitError::Conflict(conflict) if !update.tries.is_left() => Err(Unstored::Spent(conflict)),
            CommitError::Conflict(_) => {
                // Those behind it need not wait: they find the turn taken.
                if is_first {
                    update.tries.wait().await;
                }
                Err(Unstored::Again)
            }
            CommitError::Store(error) if error.kind() == StoreErrorKind::OutcomeUnknown => {
                in_flight.settle(&**self.store(), update.options, &mut update.tries, error).await
            }
            CommitError::Store(error) => Err(Unstored::Failed(error.into())),
        }
    }

    /// Hands the turn on with a state that nothing was recorded on, and waits until it is known to be what is stored.
    async fn wait_for(
        &self,
        check: Option<Result<Commit, InvalidCommit>>,
        mut place: Place<'_>,
        state: State<A>,
    ) -> Result<(), Unstored> {
        let Some(check) = check else {
            state.leave(place);
            return Ok(());
        };
        let mut check = check.map_err(|refused| Unstored::Failed(refused.into()))?;
        // So that a caller that blocks does not wait for it before the turn is handed on.
        check.receipt();
        let mut answer = self.store().commit(check);
        let polled = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        let outcome = match polled {
            Poll::Ready(Err(error)) => Err(error),
            Poll::Ready(Ok(_)) => {
                state.leave(place);
                return Ok(());
            }
            Poll::Pending => {
                state.hand_on(&mut place);
                answer.await
            }
        };
        let Err(error) = outcome else { return Ok(()) };
        place.fail();
        Err(why_unchecked(error))
    }

    /// Saves what changes claims while it holds the turn: claims are read before they are released, and what others have claimed is found only when the
    /// commit is answered.
    async fn claim_in_turn<C, V, E>(
        &self,
        update: &mut Update<'_, A, C>,
        check: Option<Result<Commit, InvalidCommit>>,
        place: Place<'_>,
        state: State<A>,
        value: V,
    ) -> Step<V, E> {
        let checked = match check {
            None => Ok(()),
            Some(Err(refused)) => return Step::failed(UpdateError::Save(refused.into())),
            Some(Ok(check)) => self.store().commit(check).await.map(drop),
        };
        match checked {
            Ok(()) => self.send_in_turn(update, Some(place), state.aggregate, value).await,
            Err(error) => {
                place.fail();
                match why_unchecked(error) {
                    Unstored::Failed(error) => Step::failed(UpdateError::Save(error)),
                    Unstored::Again | Unstored::Spent(_) => Step::Again,
                }
            }
        }
    }

    /// Refuses what was refused on this version, now that it is stored: by the same error, which the command makes again.
    async fn refuse<R: CommandOutput, C: FnMut(&mut A) -> R>(
        &self,
        update: &mut Update<'_, A, C>,
        version: Version,
    ) -> Step<R::Value, R::Error> {
        let loaded: Result<Option<A>, _> = load(&**self.store(), update.id, version, self.on_unknown).await;
        match loaded {
            Ok(Some(mut aggregate)) => match update.run_and_stage(&mut aggregate) {
                Ok(_) => Step::Again,
                Err(error) => Step::failed(error),
            },
            Ok(None) => Step::Again,
            Err(error) => Step::failed(UpdateError::Load(error)),
        }
    }
}

/// Why a state that was handed on is not known to be what is stored.
fn why_unchecked(error: CommitError) -> Unstored {
    match error {
        CommitError::Store(error) if error.kind() != StoreErrorKind::OutcomeUnknown => Unstored::Failed(error.into()),
        CommitError::Store(_) | CommitError::Conflict(_) | CommitError::PrecedingNotStored => Unstored::Again,
    }
}

impl<A: Aggregate, C> Update<'_, A, C> {
    /// Runs the command, and makes a commit of what it recorded.
    fn run_and_stage<R: CommandOutput>(&mut self, aggregate: &mut A) -> Result<Decided<R::Value>, UpdateError<R::Error>>
    where
        C: FnMut(&mut A) -> R,
    {
        let value = self.run(aggregate)?;
        let pending = aggregate.pending();
        if pending == 0 {
            return Ok(Decided { value, recorded: Recorded::Nothing });
        }
        if are_changed(aggregate) {
            return Ok(Decided { value, recorded: Recorded::OtherClaims });
        }
        let mut commit =
            begin_commit(CommitId::new(), false, self.options.metadata.as_deref()).map_err(UpdateError::Save)?;
        aggregate.stage(pending, &mut commit).map_err(UpdateError::Save)?;
        Ok(Decided { value, recorded: Recorded::Events(commit) })
    }
}
