//! One attempt at a reaction: on what is stored now, and stored if that is still so.

mod believe;
mod standing;

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_timer::Delay;

use self::standing::Standing;
use crate::aggregate::{Id, stream_of};
use crate::codec::{JournalEntry, Timers};
use crate::error::{BoxError, Conflict, ReactionFault, SaveError, StoreError, StoreErrorKind};
use crate::log::OnUnknown;
use crate::process::delivery::Given;
use crate::process::handler;
use crate::process::reaction::About;
use crate::process::reactor::{Known, Outcome, Pass, Reactor};
use crate::process::{Mode, Process, Reaction};
use crate::repository::{CommitOptions, Member, Note, load, send};
use crate::store::{Commit, caught, from_micros, micros};
use crate::stream::{StreamId, Version};

/// The pause before a commit is sent again whose outcome is not known.
const PAUSE: Duration = Duration::from_millis(10);

/// One attempt at a reaction.
pub(super) struct Attempt<'t, P: Process> {
    pub(super) reactor: &'t Reactor<P>,
    pub(super) instance: Id<P>,
    pub(super) given: &'t Given<P>,
    pub(super) pass: Pass,
    pub(super) known: Known<'t>,
    /// What the attempt before was too late to create: to create it again is to do so without looking.
    pub(super) too_late: Option<StreamId>,
    /// Whether a conflict is believed: so many attempts had one that the reaction itself must be what changes the streams that it reads.
    pub(super) is_last: bool,
}

/// How an attempt ended.
pub(super) enum Attempted {
    Ended(Outcome),
    /// Another commit was first. The handler had looked at these streams.
    Outdated(Conflict, Vec<StreamId>),
}

impl<P: Process> Attempt<'_, P> {
    /// Handles what is given, and stores what comes of it. An error is one of the store: nothing is known of the delivery.
    pub(super) async fn make(&self) -> Result<Attempted, StoreError> {
        let standing = match self.standing().await {
            Ok(Ok(standing)) => standing,
            Ok(Err(outcome)) => return Ok(Attempted::Ended(outcome)),
            Err(error) => return Outcome::unreadable(error).map(Attempted::Ended),
        };
        if standing.head.is_parked && self.pass == Pass::First {
            let waits = JournalEntry::Parked { fired: self.given.timer(), error: None };
            let mut note = self.note(&standing, waits);
            return attempted(self.send(&mut [&mut note]).await, &[], || Outcome::Done);
        }
        let own = stream_of(self.instance);
        let this = match self.load().await? {
            Ok(this) => this,
            Err(fault) => return self.believe(fault, &standing, Vec::new()).await,
        };
        let version = this.as_ref().map_or(Version::new(0), |this| this.root().state.stored().version);
        let is_over = this.as_ref().is_some_and(|this| this.root().state.is_discarded());
        let this = this.filter(|_| !is_over);
        let is_before = version == 0 && self.reactor.start.load(Ordering::Acquire) > 0;
        if (is_over || is_before && self.given.timer().is_none()) && self.given.mode() == Mode::Continues {
            // The process has ended, or it has begun after what would have begun this instance.
            return self.pass_over(&standing, own, version).await;
        }
        let about = About {
            own: own.clone(),
            key: self.given.key(self.instance.as_uuid()),
            now: self.reactor.clock.now(),
            due: self.given.due().map(from_micros),
            known_timers: P::TIMERS,
        };
        let mut cx = Reaction::new(&*self.reactor.app, &*self.reactor.store, about);
        let left = self.run(this, &own, &mut cx).await?;
        cx.members.forget(&own);
        let mut read: Vec<_> = cx.members.versions().collect();
        read.push((own, version));
        let stored = match left {
            Ok(left) => self.store(left, &mut cx, &standing, &read).await?,
            Err(fault) => Err(fault),
        };
        match stored {
            Ok(attempted) => Ok(attempted),
            Err(fault) => self.believe(fault, &standing, read).await,
        }
    }

    /// Loads the instance; or says why it cannot be loaded, whatever others do.
    async fn load(&self) -> Result<Result<Option<P>, ReactionFault>, StoreError> {
        let loaded = load::<P>(&*self.reactor.store, self.instance, Version::MAX, OnUnknown::Error);
        match caught(loaded).await {
            Ok(Ok(this)) => Ok(Ok(this)),
            Ok(Err(error)) => Ok(Err(ReactionFault::Load(error.of_store()?))),
            Err(message) => Ok(Err(ReactionFault::Panicked { message })),
        }
    }

    /// Runs the handler: gives the instance as it has left it, or why it could not react.
    async fn run(
        &self,
        this: Option<P>,
        own: &StreamId,
        cx: &mut Reaction<'_, P::App>,
    ) -> Result<Result<P, ReactionFault>, StoreError> {
        let asked = cx.members.asked.clone();
        let left = match check_mode(self.given, this.is_some(), own) {
            Ok(()) => handler::run(self.handle(this, cx), self.reactor.deadline, &asked).await?,
            Err(fault) => Err(fault),
        };
        if let Some(error) = cx.members.unread.take() {
            return Err(error);
        }
        let left = match cx.fault.take() {
            Some(fault) => Err(fault),
            None => left,
        };
        Ok(left.and_then(|left| {
            if left.id() == self.instance {
                return Ok(left);
            }
            Err(ReactionFault::OtherInstance { stream: own.clone(), returned: stream_of(left.id()).into() })
        }))
    }

    /// The handler, as it is called.
    async fn handle(&self, this: Option<P>, cx: &mut Reaction<'_, P::App>) -> Result<P, BoxError> {
        match (self.given, this) {
            (Given::Event(delivery), this) => delivery.cause.react(delivery.to.handler, this, cx).await,
            (Given::Timer(name, _), Some(this)) => this.fire(name, cx).await,
            (Given::Timer(..), None) => Err(ReactionFault::NotStarted { stream: stream_of(self.instance) }.into()),
        }
    }

    /// The process has ended, and nothing is for it any more: what its journal has of the delivery is taken out of there.
    async fn pass_over(
        &self,
        standing: &Standing<'_>,
        own: StreamId,
        version: Version,
    ) -> Result<Attempted, StoreError> {
        if self.pass == Pass::First && self.given.timer().is_none() {
            return Ok(Attempted::Ended(Outcome::Done));
        }
        let mut is_over = Note::version(own, version);
        let mut note = self.note(standing, self.made(standing, Timers::new()));
        attempted(self.send(&mut [&mut is_over, &mut note]).await, &[], || Outcome::Done)
    }

    /// Stores what was recorded; or says why that cannot be stored, whatever others do.
    async fn store(
        &self,
        mut left: P,
        cx: &mut Reaction<'_, P::App>,
        standing: &Standing<'_>,
        read: &[(StreamId, Version)],
    ) -> Result<Result<Attempted, ReactionFault>, StoreError> {
        let mut timers: Timers = cx.timers.iter().map(|(name, due)| (name.clone(), due.map(micros))).collect();
        if left.root().state.is_discarded() {
            timers.extend(P::TIMERS.iter().map(|name| ((*name).to_owned(), None)));
        }
        let has_recorded =
            left.root().state.pending_len() > 0 || cx.members.members().any(|member| member.pending() > 0);
        let is_noted = has_recorded || !timers.is_empty() || self.pass == Pass::Retry || self.given.timer().is_some();
        let stored = if is_noted {
            let mut note = self.note(standing, self.made(standing, timers));
            let mut members: Vec<&mut dyn Member> = vec![&mut left];
            members.extend(cx.members.members());
            members.push(&mut note);
            // Events are written by the code of their types.
            match caught(self.send(&mut members)).await {
                Ok(sent) => sent,
                Err(message) => return Ok(Err(ReactionFault::Panicked { message })),
            }
        } else {
            self.check(read).await
        };
        match stored {
            Err(SaveError::Conflict(conflict)) if self.is_hopeless(&conflict) => {
                Ok(Err(ReactionFault::Save(conflict.into())))
            }
            Err(error) if !is_answered(&error) => Ok(Err(ReactionFault::Save(error))),
            stored => attempted(stored, read, || Outcome::Done).map(Ok),
        }
    }

    /// Whether a reaction that runs again meets this conflict again.
    fn is_hopeless(&self, conflict: &Conflict) -> bool {
        // It was there both times.
        let is_there = conflict.expected == 0 && self.too_late.as_ref() == Some(&conflict.stream);
        is_there || (self.is_last && conflict.stream != self.journal())
    }

    /// Sends a commit until it is answered for certain.
    async fn send(&self, members: &mut [&mut dyn Member]) -> Result<(), SaveError> {
        let options = CommitOptions::new().metadata(self.given.metadata());
        loop {
            match send(&*self.reactor.store, &options, members).await {
                // When the process ends, the next runner finds in the journal whether it is stored.
                Err(error) if error.is_outcome_unknown() && !self.reactor.stopping.is_raised() => {
                    Delay::new(PAUSE).await;
                }
                sent => return sent.map(|saved| self.reactor.note_stored(&saved)),
            }
        }
    }

    /// A commit without events: whether these streams are still at these versions.
    async fn check(&self, read: &[(StreamId, Version)]) -> Result<(), SaveError> {
        let mut check = Commit::new();
        for (stream, version) in read {
            check.append(stream.clone(), *version)?;
        }
        self.reactor.store.commit(check).await.map(drop).map_err(SaveError::from)
    }
}

/// What the answer to a commit means for the attempt.
fn attempted(
    stored: Result<(), SaveError>,
    read: &[(StreamId, Version)],
    outcome: impl FnOnce() -> Outcome,
) -> Result<Attempted, StoreError> {
    match stored {
        Ok(()) => Ok(Attempted::Ended(outcome())),
        Err(SaveError::Store(error)) => Err(error),
        Err(SaveError::Conflict(conflict)) => {
            Ok(Attempted::Outdated(conflict, read.iter().map(|(stream, _)| stream.clone()).collect()))
        }
        // What was to be noted cannot be: the process does not go on.
        Err(error) => Ok(Attempted::Ended(Outcome::Failed(ReactionFault::Save(error)))),
    }
}

/// Whether the instance is there where it is to be, and not where it is not to be.
fn check_mode<P: Process>(given: &Given<P>, is_there: bool, own: &StreamId) -> Result<(), ReactionFault> {
    let stream = own.clone();
    match given.mode() {
        Mode::Starts if is_there => Err(ReactionFault::AlreadyStarted { stream }),
        Mode::Continues if !is_there => Err(ReactionFault::NotStarted { stream }),
        Mode::Starts | Mode::Continues | Mode::StartsOrContinues => Ok(()),
    }
}

/// Whether another commit was first or the store has failed: it is not what was to be stored that is wrong.
fn is_answered(error: &SaveError) -> bool {
    matches!(error, SaveError::Conflict(_))
        || matches!(error, SaveError::Store(error) if error.kind() != StoreErrorKind::Unsupported)
}
