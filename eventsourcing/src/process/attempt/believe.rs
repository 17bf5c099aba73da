//! A fault is believed only after a check, and parks the delivery.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::standing::Standing;
use super::{Attempt, Attempted, attempted};
use crate::codec::{JournalEntry, Timers};
use crate::error::{ReactionFault, SaveError, StoreError, panic_message, with_sources};
use crate::process::Process;
use crate::process::reactor::{Outcome, Pass};
use crate::repository::{Member, Note};
use crate::stream::{StreamId, Version};

/// The most bytes of an error that a journal keeps.
const TEXT: usize = 8 << 10;

impl<P: Process> Attempt<'_, P> {
    /// Believes a fault if all that it rests on is still so, and parks the delivery.
    pub(super) async fn believe(
        &self,
        fault: ReactionFault,
        standing: &Standing<'_>,
        mut read: Vec<(StreamId, Version)>,
    ) -> Result<Attempted, StoreError> {
        if let ReactionFault::Save(SaveError::Conflict(conflict)) = &fault {
            read.retain(|(stream, _)| *stream != conflict.stream);
        }
        let is_full = self.reactor.parking.len() >= self.reactor.park_at_most;
        if (!self.reactor.parks || is_full) && self.pass == Pass::First {
            // Another runner may have made the delivery meanwhile.
            read.push((self.journal(), standing.head.version));
            let checked = self.check(&read).await;
            let outcome = if self.reactor.parks { Outcome::Full } else { Outcome::Failed };
            return attempted(checked, &read, || outcome(fault));
        }
        let error = text(&fault);
        let (process, instance) = (P::NAME, self.instance);
        tracing::warn!(process, %instance, error, "an instance of a process could not react and is parked");
        let error = Some(error);
        let mut note = self.note(
            standing,
            match self.pass {
                Pass::First => JournalEntry::Parked { fired: self.given.timer(), error },
                Pass::Retry => {
                    JournalEntry::Retried { timers: Timers::new(), error, left: standing.waiting().count() as u64 }
                }
            },
        );
        let mut checks: Vec<_> = read.iter().cloned().map(|(stream, version)| Note::version(stream, version)).collect();
        let mut members: Vec<&mut dyn Member> = checks.iter_mut().map(|check| -> &mut dyn Member { check }).collect();
        members.push(&mut note);
        attempted(self.send(&mut members).await, &read, || {
            self.reactor.parking.add(self.instance.as_uuid());
            Outcome::Parked
        })
    }
}

/// What a fault says, as a journal keeps it: an error is the user's, may say much, and may panic where it says it.
fn text(fault: &ReactionFault) -> String {
    let said = catch_unwind(AssertUnwindSafe(|| with_sources(fault)));
    let mut text =
        said.unwrap_or_else(|panic| format!("the error panicked when it was shown: {}", panic_message(&*panic)));
    if text.len() > TEXT {
        text.truncate((0..=TEXT).rfind(|at| text.is_char_boundary(*at)).unwrap_or(0));
        text.push('…');
    }
    text
}
