//! Where a process begins: after its checkpoint, or where it was said when it was first run.
//!
//! What was said is an event of its journals, at an expected version: so it stays, also when the checkpoint is lost, and of several runners one says it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::aggregate::Journaled as _;
use crate::codec::{BEGINNING, DeliveryId, JournalEntry, JournalEvent};
use crate::error::{ProcessStop, ReactionFault, SaveError};
use crate::event::Metadata;
use crate::process::Process;
use crate::process::delivery::actor;
use crate::process::run::answers::Begun;
use crate::process::run::drive::Drive;
use crate::process::run::log::unchecked;
use crate::repository::{CommitOptions, Note, send};
use crate::stream::{StreamId, Version};
use crate::subscription::Start;

impl<P: Process> Drive<'_, P> {
    /// Goes to where it begins, after the journals were read; in part if they are to be read on for that.
    pub(super) async fn place(&mut self) -> Result<Begun, ProcessStop> {
        let is_new = self.lease.checkpoint().is_none();
        match self.index.start {
            Some(start) => {
                self.reactor.start.store(start.get(), Ordering::Release);
                self.progress.change(|report| report.start = start);
                if is_new {
                    self.reached = start;
                }
            }
            // One that has journals has begun at the beginning, whatever is said now.
            None if is_new && !self.index.has_journals && self.start != Start::Beginning => {
                if let Err(why) = self.say_start().await {
                    self.pause_after(why).await?;
                }
                return Ok(Begun::InPart);
            }
            None => {}
        }
        Ok(Begun::Whole)
    }

    /// Stores where it begins, unless another runner has.
    async fn say_start(&mut self) -> Result<(), ProcessStop> {
        let store = Arc::clone(&self.reactor.store);
        let after = self.start.find(&*store, P::NAME).await.map_err(unchecked)?.position;
        let event = JournalEvent { seen: DeliveryId::default(), entry: JournalEntry::Began { after } };
        let journal = StreamId::new(P::JOURNAL, BEGINNING);
        let mut note = Note::of(journal.clone(), Version::new(0), event);
        let options = CommitOptions::new().metadata(Metadata::new().with_actor(actor::<P>()));
        match send(&*store, &options, &mut [&mut note]).await {
            // The journal says by whom.
            Ok(_) | Err(SaveError::Conflict(_)) => Ok(()),
            Err(SaveError::Store(error)) => Err(ProcessStop::Store(error)),
            Err(error) => Err(ProcessStop::Failed { instance: journal, fault: ReactionFault::Save(error) }),
        }
    }
}
