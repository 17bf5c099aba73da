//! Where the journal of the instance stands before an attempt, and what the attempt notes in it.

use std::borrow::Cow;

use super::Attempt;
use crate::aggregate::journal_of;
use crate::codec::{JournalEntry, JournalEvent, Timers};
use crate::error::LoadError;
use crate::process::Process;
use crate::process::delivery::Given;
use crate::process::journal::{Changed, Head, History, Waiting};
use crate::process::reactor::{Known, Outcome, Pass};
use crate::repository::Note;
use crate::stream::StreamId;

/// Where the journal stands; and all of it, if that was read.
pub(super) struct Standing<'h> {
    pub(super) head: Head,
    history: Option<Cow<'h, History>>,
}

impl Standing<'_> {
    /// What is parked.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Waiting> {
        self.history.iter().flat_map(|history| &history.waiting)
    }

    /// How much is left when the first of what is parked is done, and has changed these timers.
    fn left(&self, timers: &Timers) -> u64 {
        self.waiting().skip(1).filter(|waiting| !waiting.is_changed_by(timers)).count() as u64
    }
}

impl<P: Process> Attempt<'_, P> {
    /// Where the journal stands; or what has become of the delivery, if it was made before, or there is nothing to deliver any more, or not yet.
    pub(super) async fn standing(&self) -> Result<Result<Standing<'_>, Outcome>, LoadError> {
        let (store, journal) = (&*self.reactor.store, self.journal());
        let (standing, ended) = match (self.pass, self.given) {
            (Pass::First, Given::Event(delivery)) => {
                let head = Head::read(store, &journal).await?;
                (Standing { head, history: None }, (head.seen >= delivery.id).then_some(Outcome::Done))
            }
            (Pass::First, Given::Timer(name, timer)) => {
                let after = if let Known::Timer(followed) = self.known { followed } else { timer.set_at };
                let (head, changed) = Head::read_with_timer(store, &journal, (name, timer.due), after).await?;
                let ended = changed.map(|changed| match changed {
                    Changed::Itself => Outcome::Done,
                    Changed::Earlier => Outcome::Overtaken,
                });
                (Standing { head, history: None }, ended)
            }
            (Pass::Retry, given) => {
                let history = match self.known {
                    Known::All(known) => Cow::Borrowed(known),
                    Known::Nothing | Known::Timer(_) => Cow::Owned(History::read(store, &journal).await?),
                };
                let is_first = history.waiting.front().is_some_and(|first| given.is(first));
                (Standing { head: history.head, history: Some(history) }, (!is_first).then_some(Outcome::Done))
            }
        };
        if ended.is_some() {
            // Another runner may have made it: what it has set or parked is shown to those who wait.
            self.reactor.note_found(standing.head.position);
        }
        Ok(ended.map_or(Ok(standing), Err))
    }

    pub(super) fn journal(&self) -> StreamId {
        journal_of(self.instance)
    }

    /// What the journal says of a delivery that was made, and has changed these timers.
    pub(super) fn made(&self, standing: &Standing<'_>, timers: Timers) -> JournalEntry {
        match self.pass {
            Pass::First => JournalEntry::Reacted { fired: self.given.timer(), timers },
            Pass::Retry => JournalEntry::Retried { left: standing.left(&timers), timers, error: None },
        }
    }

    /// The journal's part of the commit.
    pub(super) fn note(&self, standing: &Standing<'_>, entry: JournalEntry) -> Note {
        let seen = match (self.given, self.pass) {
            (Given::Event(delivery), Pass::First) => delivery.id,
            (Given::Event(_), Pass::Retry) | (Given::Timer(..), _) => standing.head.seen,
        };
        Note::of(self.journal(), standing.head.version, JournalEvent { seen, entry })
    }
}
