//! What is parked is made again, or dropped.

use crate::aggregate::{Id, journal_of};
use crate::codec::{JournalEntry, JournalEvent};
use crate::error::{ReactionFault, SaveError, StoreError};
use crate::process::Process;
use crate::process::delivery::{Given, read_again};
use crate::process::journal::{Head, History, Waiting};
use crate::process::reactor::{Known, Outcome, Pass, Reactor};
use crate::repository::{CommitOptions, Note, send};
use crate::view::ParkedAction;

impl<P: Process> Reactor<P> {
    /// Makes or drops the deliveries that are parked.
    pub(super) async fn act_on_parked(&self, instance: Id<P>, action: ParkedAction) -> Result<Outcome, StoreError> {
        match action {
            ParkedAction::Retry => self.retry(instance).await,
            ParkedAction::Drop => self.drop_parked(instance).await,
        }
    }

    /// Makes the deliveries that are parked, in order, until one fails.
    async fn retry(&self, instance: Id<P>) -> Result<Outcome, StoreError> {
        let (mut history, journal) = (History::default(), journal_of(instance));
        while !self.stopping.is_raised() {
            if let Err(error) = history.read_on(&*self.store, &journal).await {
                return Outcome::unreadable(error);
            }
            let given = match history.waiting.front() {
                None => {
                    // Another runner may have made what was parked.
                    self.note_found(history.head.position);
                    return Ok(Outcome::Done);
                }
                Some(Waiting::Timer(name, timer)) => Given::Timer(name.clone(), timer.clone()),
                Some(Waiting::Event(id)) => match read_again(&*self.store, instance, *id).await {
                    Ok(Some(delivery)) => Given::Event(delivery),
                    Ok(None) => return Ok(Outcome::Failed(ReactionFault::NotHandled { position: id.cause })),
                    Err(error) => return Outcome::unreadable(error),
                },
            };
            match self.react(instance, &given, Pass::Retry, Known::All(&history)).await? {
                Outcome::Done => {}
                ended @ (Outcome::Parked
                | Outcome::Failed(_)
                | Outcome::Full(_)
                | Outcome::Overtaken
                | Outcome::Interrupted) => {
                    return Ok(ended);
                }
            }
        }
        Ok(Outcome::Interrupted)
    }

    /// Drops the deliveries that are parked.
    async fn drop_parked(&self, instance: Id<P>) -> Result<Outcome, StoreError> {
        let journal = journal_of(instance);
        while !self.stopping.is_raised() {
            let head = match Head::read(&*self.store, &journal).await {
                Ok(head) if head.is_parked => head,
                Ok(head) => {
                    self.note_found(head.position);
                    return Ok(Outcome::Done);
                }
                Err(error) => return Outcome::unreadable(error),
            };
            let dropped = JournalEvent { seen: head.seen, entry: JournalEntry::Dropped };
            let mut note = Note::of(journal.clone(), head.version, dropped);
            match send(&*self.store, &CommitOptions::new(), &mut [&mut note]).await {
                // Whether it is stored is seen in the journal.
                Err(SaveError::Conflict(_)) => {}
                Err(error) if error.is_outcome_unknown() => {}
                Err(SaveError::Store(error)) => return Err(error),
                Err(error) => return Ok(Outcome::Failed(ReactionFault::Save(error))),
                Ok(saved) => {
                    self.note_stored(&saved);
                    return Ok(Outcome::Done);
                }
            }
        }
        Ok(Outcome::Interrupted)
    }
}
